"""Documents that sources rest on: kept once each by the SHA-256 of their bytes, in a folder outside the database."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import puremagic

LARGEST = 10 * 1024 * 1024
_REFERENCE = re.compile(r"sha256:([0-9a-f]{64})")
_TEXT, _HTML = "text/plain", "text/html"
KINDS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
    _HTML: "html", _TEXT: "txt",
}  # fmt: skip
"""What may be kept, by media type, with the ending it is given again when it is downloaded."""


class NotKept(ValueError):
    """The file is not kept; the message says why and what would be."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is kept: the hash that names it, what kind of thing it is, and how large."""

    hash: str
    media_type: str
    size: int

    @property
    def reference(self) -> str:
        """What a source's `document` field holds."""
        return f"sha256:{self.hash}"

    @property
    def file_name(self) -> str:
        """A name of ours for whoever downloads it."""
        return f"{self.hash[:16]}.{KINDS[self.media_type]}"

    @property
    def has_text(self) -> bool:
        """Whether a passage can be looked up in it."""
        return self.media_type in {_TEXT, _HTML}


def hash_of(reference: str) -> str:
    """The hash in a source's `document` field; "" where that holds something else, such as words."""
    found = _REFERENCE.fullmatch(reference)
    return found[1] if found else ""


class Documents:
    """The folder of documents; made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> Document:
        """Keep a document; one that is there already stays as it is. Raises NotKept."""
        if not content:
            raise NotKept("This file is empty.")
        if len(content) > LARGEST:
            raise NotKept(f"A document is at most {LARGEST // 1024 // 1024} MB; this one is larger.")
        document = Document(hashlib.sha256(content).hexdigest(), _kind(content), len(content))
        path = self._path(document.hash)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written beside and moved: whoever looks sees all of it or nothing.
            with NamedTemporaryFile(dir=path.parent, delete=False) as held:
                held.write(content)
                held.flush()
                os.fsync(held.fileno())
            Path(held.name).replace(path)
        return document

    def find(self, hash: str) -> tuple[Document, bytes] | None:
        """A document with its bytes; None where it is not kept (any more), or is not what its name says."""
        try:
            content = self._path(hash).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != hash:
            return None
        return Document(hash, _kind(content), len(content)), content

    def path(self, hash: str) -> Path | None:
        """Where a document lies, for a copy; None where it is not kept."""
        path = self._path(hash)
        return path if path.exists() else None

    def forget(self, hash: str) -> None:
        """Destroy a document; one that is not there is as gone."""
        self._path(hash).unlink(missing_ok=True)

    def _path(self, hash: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", hash):
            raise ValueError("a document is named by 64 hexadecimal digits")
        return self._folder / hash[:2] / hash


def _kind(content: bytes) -> str:
    """The media type by how the bytes begin, never by what the file was called. Raises NotKept."""
    try:
        found = puremagic.magic_string(content[:4_096])
    except puremagic.PureError:
        found = []
    for guess in found:
        if guess.mime_type in KINDS and guess.mime_type not in {_TEXT, _HTML}:
            return str(guess.mime_type)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        allowed = ", ".join(sorted(ending.upper() for ending in KINDS.values()))
        raise NotKept(f"This is no kind of document that is kept; these are: {allowed} (text in UTF-8).")
    return _HTML if re.match(r"\s*(<!doctype html|<html\b|<!--)", text[:2_000], re.IGNORECASE) else _TEXT
