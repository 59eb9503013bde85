"""A sparkline: how much was learned of a story over its life, in a few bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 240, 36
BARS = 48


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Bars from the left: place, top, width and height in pixels; and between which days they stand."""

    bars: tuple[tuple[float, float, float, float], ...]
    first: str
    last: str
    total: int
    busiest: str
    most: int


def sparkline(days: Sequence[tuple[str, int]]) -> Sparkline | None:
    """The sparkline of days with their counts, in order; None where nothing was learned."""
    if not days:
        return None
    first, last = (date.fromisoformat(day).toordinal() for day in (days[0][0], days[-1][0]))
    bars = min(BARS, last - first + 1)
    counts = [0] * bars
    for day, number in days:
        counts[(date.fromisoformat(day).toordinal() - first) * bars // (last - first + 1)] += number
    step = WIDTH / max(bars, 12)
    drawn = tuple(
        (round(n * step, 1), round(HEIGHT - tall, 1), round(step * 0.78, 1), round(tall, 1))
        for n, count in enumerate(counts)
        if count and (tall := 3 + (HEIGHT - 3) * (count / max(counts)) ** 0.5)
    )
    busiest, most = max(days, key=lambda each: each[1])
    return Sparkline(drawn, days[0][0], days[-1][0], sum(number for _, number in days), busiest, most)
