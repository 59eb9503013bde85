"""Pages of a long list, with addresses that keep everything else that was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from werkzeug.datastructures import MultiDict

from tracker.numbers import whole

T = TypeVar("T")

_TAKEN = frozenset({"endpoint", "slug"})


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list, or its beginning where it is folded (`page` = 0)."""

    items: Sequence[T]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.size)

    @property
    def first(self) -> int:
        """The number of the first item, counted from 1."""
        return (max(self.page, 1) - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The number of the last item."""
        return self.first + len(self.items) - 1

    @property
    def folded(self) -> bool:
        """Whether it is only the beginning that is shown."""
        return self.page == 0 and self.total > len(self.items)


def page_of(listed: Sequence[T], asked: str, size: int) -> Paged[T]:
    """The page asked for, counted from 1; one that is not there is the nearest."""
    last = max(1, -(-len(listed) // size))
    page = min(max(_number(asked), 1), last)
    return Paged(listed[(page - 1) * size : page * size], len(listed), page, size)


def fold_or_page(listed: Sequence[T], asked: str, folded: int, size: int) -> Paged[T]:
    """The first few, or, where a page is asked for, that page."""
    if _number(asked) < 1:
        return Paged(listed[:folded], len(listed), 0, size)
    return page_of(listed, asked, size)


def asked_with(given: Mapping[str, str], **changed: object) -> dict[str, str]:
    """The query of an address with some parameters changed; None and "" take one out.

    Names that building an address takes for itself are left out: anybody can write `?_scheme=` behind one.
    """
    typed = dict(given.items()) if not isinstance(given, MultiDict) else given.to_dict()
    kept = {name: value for name, value in typed.items() if name not in _TAKEN and not name.startswith("_")}
    kept |= {name: str(value) for name, value in changed.items() if value not in {None, ""}}
    return {name: value for name, value in kept.items() if name not in changed or changed[name] not in {None, ""}}


def _number(text: str) -> int:
    return whole(text, digits=7) or 0
