"""Passwords as the newsroom keeps them: by Argon2id, and with the same work for names nobody has."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from tracker.accounts.errors import WeakPassword

SHORTEST_PASSWORD = 8
"""Characters."""

HASHER = PasswordHasher()
"""argon2-cffi's defaults, RFC 9106's second choice: 64 MiB, 3 passes, 4 lanes."""


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """The encoded hash to keep; raises WeakPassword."""
    normal = _normal(password)
    if len(normal) < SHORTEST_PASSWORD:
        raise WeakPassword(SHORTEST_PASSWORD)
    return hasher.hash(_bytes(normal))


def matches(kept: str | None, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Whether this is the password whose hash was kept; with None it never is, after as much work."""
    stand_in = _stand_in(hasher)
    try:
        hasher.verify(kept or stand_in, _bytes(_normal(password)))
    except VerifyMismatchError:
        return False
    return kept is not None


def is_outdated(kept: str, hasher: PasswordHasher = HASHER) -> bool:
    """Whether the hash was made with other parameters than today's, and should be made anew."""
    return hasher.check_needs_rehash(kept)


@cache
def _stand_in(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_bytes(32))


def _normal(password: str) -> str:
    # Keyboards differ in how they compose é; NFKC as NIST SP 800-63B has it.
    return unicodedata.normalize("NFKC", password)


def _bytes(normal: str) -> bytes:
    return normal.encode("utf-8", "surrogatepass")
