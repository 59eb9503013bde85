"""Whole numbers as people, addresses and files write them."""


def whole(written: str, digits: int = 18) -> int | None:
    """The number that these ASCII digits write, at most so many; None where it is anything else.

    A number of 18 digits fits the integers of both databases. One of thousands, which Python refuses to read, is none.
    """
    return int(written) if written.isascii() and written.isdigit() and len(written) <= digits else None
