"""What is kept of a secret that has randomness enough of its own, so that a stolen database opens no door."""

import hashlib


def digest(secret: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hex digits."""
    # Text from outside may hold lone surrogates; they find nothing, but must not fail.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
