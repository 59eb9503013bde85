"""Checkpoints in other people's form: they can check what is signed, and nothing forged is believed."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.newsroom import HARBOUR, note, record
from tracker.archive import checkpoints, signing_keys
from tracker.archive.checkpoints import believed, read_checkpoint
from tracker.archive.notes import NotANote, Verifier, read_note, sign
from tracker.archive.signing_keys import WrongSecret
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore import tree

# The worked example of C2SP's signed-note specification.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def signed(tracker: Tracker, **how: bool) -> str:
    return str(checkpoints.signed(tracker.engine, tracker.settings, tracker.clock(), **how))


def keys(tracker: Tracker) -> list[Verifier]:
    with reading(tracker.engine) as connection:
        return signing_keys.verifiers(connection)


def test_a_note_that_somebody_else_signed_is_checked() -> None:
    verifier = Verifier.read(PUBLISHED_KEY)

    assert str(verifier) == PUBLISHED_KEY
    assert read_note(PUBLISHED_NOTE).signed_by([verifier]) == [verifier]
    assert str(read_note(PUBLISHED_NOTE)) == PUBLISHED_NOTE
    with pytest.raises(NotANote, match="forged"):
        read_note(PUBLISHED_NOTE.replace("answer", "question")).signed_by([verifier])


def test_the_checkpoint_says_how_long_the_log_is_and_its_root(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"), note("n2"))

    origin, size, root, blank, signature, end = signed(tracker).split("\n")

    with reading(tracker.engine) as connection:
        assert base64.b64decode(root) == tree.frontier(connection).root()
    assert (origin, size, blank, end) == ("story-tracker", "3", "", "")
    dash, name, encoded = signature.split(" ")
    (verifier,) = keys(tracker)
    raw = base64.b64decode(encoded)
    assert (dash, name, raw[:4]) == ("—", "story-tracker", verifier.key_id)
    Ed25519PublicKey.from_public_bytes(verifier.public).verify(raw[4:], f"{origin}\n{size}\n{root}\n".encode())


def test_the_same_log_is_signed_the_same(tracker: Tracker) -> None:
    record(tracker, HARBOUR)

    first, again = signed(tracker), signed(tracker)

    assert first == again
    assert len(keys(tracker)) == 1


def test_a_new_key_is_vouched_for_by_the_old_one_which_is_kept_to_check_with(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    before = signed(tracker)
    change = signed(tracker, new_key=True)
    after = signed(tracker)

    new, old = keys(tracker)
    assert read_note(before).signed_by([old, new]) == [old]
    assert read_note(change).signed_by([old, new]) == [old, new]
    assert read_note(after).signed_by([old, new]) == [new]
    assert believed(before, keys(tracker)).size == 1


def test_under_another_secret_nothing_is_signed_until_there_is_a_new_key(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    signed(tracker)
    tracker.settings = replace(tracker.settings, secret_key="t" * 32)

    with pytest.raises(WrongSecret, match="--new-key"):
        signed(tracker)
    assert believed(signed(tracker, new_key=True), keys(tracker)).size == 1


def test_the_key_is_nowhere_in_the_clear(tracker: Tracker) -> None:
    signed(tracker)

    with reading(tracker.engine) as connection:
        ((_, private),) = signing_keys.signing(connection, tracker.settings)
        (row,) = connection.execute(signing_keys.signing_keys.select()).all()
    assert base64.b64encode(private.private_bytes_raw()).decode() not in str(row)


SOMEBODY = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
MINE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ROOT = base64.b64encode(b"r" * 32).decode()


def by_me(text: str, name: str = "log") -> str:
    return str(sign(text, [(name, MINE)]))


BAD = {
    "not a note": "log\n3\nAAAA\n",
    "no signature": f"log\n3\n{ROOT}\n\n",
    "a leading zero": by_me(f"log\n03\n{ROOT}\n"),
    "a negative size": by_me(f"log\n-3\n{ROOT}\n"),
    "a size in other digits": by_me(f"log\n٣\n{ROOT}\n"),
    "a size beyond every log": by_me(f"log\n{2**63}\n{ROOT}\n"),
    "a short root": by_me(f"log\n3\n{base64.b64encode(b'r' * 31).decode()}\n"),
    "a root with loose bits": by_me(f"log\n3\n{ROOT[:-2]}J=\n"),
    "a root with spaces": by_me(f"log\n3\n {ROOT}\n"),
    "no origin": by_me(f"\n3\n{ROOT}\n"),
    "an empty line between": by_me(f"log\n3\n{ROOT}\n\nmore\n"),
    "a control character": by_me(f"log\r\n3\n{ROOT}\n"),
    "a plain dash": by_me(f"log\n3\n{ROOT}\n").replace("—", "-"),
    "a signature that is no base64": by_me(f"log\n3\n{ROOT}\n").replace("=\n", "?\n"),
    "more after the signatures": by_me(f"log\n3\n{ROOT}\n") + "x",
    "signed by somebody else": str(sign(f"log\n3\n{ROOT}\n", [("log", SOMEBODY)])),
    "another size under the signature": by_me(f"log\n3\n{ROOT}\n").replace("\n3\n", "\n4\n"),
    "in another log's name": by_me(f"other\n3\n{ROOT}\n"),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
def test_what_is_no_checkpoint_of_this_log_is_not_believed(how: str) -> None:
    verifier = Verifier("log", MINE.public_key().public_bytes_raw())
    assert believed(by_me(f"log\n3\n{ROOT}\n"), [verifier]).size == 3

    with pytest.raises(NotANote):
        believed(BAD[how], [verifier])


@pytest.mark.parametrize(
    "key", ["", "log", "log+00000000+AQ==", PUBLISHED_KEY.replace("c74f", "c74e"), "two words+1+AQ=="]
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(NotANote):
        Verifier.read(key)


def test_lines_after_the_root_are_let_stand() -> None:
    checkpoint, note = read_checkpoint(by_me(f"log\n3\n{ROOT}\nsomething else\n"))

    assert (checkpoint.size, note.text.count("\n")) == (3, 4)
