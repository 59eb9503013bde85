"""The two-clock chart: an axis that copes with outliers, bands, marks, and nothing that was not said."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.projections.outline import Line
from tracker.web.cell_marks import cell_mark
from tracker.web.charts.bands import MOST, bands
from tracker.web.charts.days import of_date
from tracker.web.charts.moments import moments
from tracker.web.charts.time_axis import time_axis
from tracker.web.charts.two_clocks import LEFT, SINGLE_UP_TO, WIDTH, Chart, Mark, two_clocks


def line(key: str, happened: str = "", known: str = "2017-03-01", **fields: object) -> Line:
    """A development in outline."""
    return Line(
        key=key, position=1, type="note.logged", state="standing", headline=f"Headline {key}", actor="", aims="",
        via="", issue="", edtf=happened, as_said="", learned_at=f"{known}T12:00:00.000000Z", learned_edtf="",
        corrections=0,
    )._replace(**fields)  # type: ignore[arg-type]  # fmt: skip


def day(iso: str) -> float:
    return float(date.fromisoformat(iso).toordinal())


def drawn(*lines: Line) -> Chart:
    chart = two_clocks(lines)
    assert chart is not None
    return chart


def marks(chart: Chart) -> dict[str, Mark]:
    return {mark.moment.line.key: mark for row in chart.rows for mark in row.marks}


@given(st.lists(st.integers(min_value=600_000, max_value=760_000), min_size=1, max_size=60))
def test_an_axis_keeps_the_order_of_time_and_stays_inside(days: list[int]) -> None:
    axis = time_axis([float(each) for each in days])

    places = [axis.at(float(each)) for each in sorted(days)]

    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in [*places, *(tick.at for tick in axis.ticks)])


def test_a_short_and_even_stretch_is_true_to_scale() -> None:
    axis = time_axis([day(f"2017-{month:02d}-10") for month in range(1, 13)])

    assert axis.even
    assert axis.at(day("2017-07-10")) - axis.at(day("2017-06-10")) == pytest.approx(
        axis.at(day("2017-05-10")) - axis.at(day("2017-04-10"))
    )


def test_one_date_in_1984_leaves_room_for_the_others() -> None:
    others = [day(f"2017-{month:02d}-{dom:02d}") for month in range(1, 7) for dom in (1, 9, 17, 25)]

    axis = time_axis([day("1984-06-01"), *others])

    assert not axis.even
    assert axis.at(day("2017-06-25")) - axis.at(day("2017-01-01")) > 0.5
    assert len(axis.gaps) == 1
    assert axis.at(day("1984-06-01")) < axis.gaps[0].start < axis.gaps[0].end < axis.at(day("2017-01-01"))


@pytest.mark.parametrize("apart", [1, 7, 40, 400])
def test_there_are_never_more_bands_than_can_be_read(apart: int) -> None:
    first = date(2001, 1, 1).toordinal()
    lines = [line(f"n{n}", known=str(date.fromordinal(first + n * apart))) for n in range(60)]

    found = bands(moments(lines))

    assert len(found) <= MOST
    assert sum(len(band.moments) for band in found) == 60
    assert [band.start for band in found] == sorted(band.start for band in found)


def test_what_became_known_later_is_higher_and_what_happened_later_is_further_right() -> None:
    found = marks(drawn(line("early", "2016-07-18", "2017-01-05"), line("late", "2016-09-08", "2017-03-01")))

    assert found["late"].y < found["early"].y
    assert found["late"].x > found["early"].x


def test_what_became_known_as_it_happened_lies_on_the_diagonal() -> None:
    found = marks(drawn(line("hidden", "2016-07-18"), line("at-once", "2017-03-01")))

    assert abs(found["at-once"].diagonal - found["at-once"].x) < 4
    assert found["hidden"].diagonal - found["hidden"].x > 300


def test_an_imprecise_date_is_drawn_as_wide_as_it_is() -> None:
    found = marks(drawn(line("day", "2016-09-08"), line("month", "2016-09"), line("since", "2016-11/..")))

    assert found["day"].start == found["day"].x
    assert found["month"].x - found["month"].start > 50
    assert not found["month"].moment.certain
    assert found["since"].open_end


def test_no_date_is_made_up_for_what_is_not_dated() -> None:
    chart = drawn(line("dated", "2016-09"), line("not-dated"))

    assert chart.undated
    assert LEFT < marks(chart)["not-dated"].x < chart.left
    assert two_clocks([line("not-dated")]) is None


def test_the_time_it_stayed_hidden_is_what_is_certain() -> None:
    known = line("m", "2016-09", "2017-03-31", learned_edtf="2017-03")

    (longest,) = drawn(known).longest

    first = of_date("2017-03")[0]
    last = of_date("2016-09")[1]
    assert (first or 0) - (last or 0) == longest.hidden == 151


def test_two_thousand_developments_are_gathered_and_none_is_lost() -> None:
    first = date(2015, 1, 1).toordinal()
    lines = [
        line(f"n{n}", str(date.fromordinal(first + n // 3)) if n % 7 else "", str(date.fromordinal(first + n // 2)))
        for n in range(2_000)
    ]

    chart = drawn(*lines)

    cells = [cell for row in chart.rows for cell in row.cells]
    assert chart.gathered
    assert sum(len(cell.moments) for cell in cells) == 2_000
    assert len(cells) < 600
    assert all(0 < cell.x < WIDTH for cell in cells)
    assert not any(row.marks for row in chart.rows)
    assert len(lines) > SINGLE_UP_TO


def test_a_gathered_mark_tells_what_it_stands_for_with_what_people_wrote_escaped(app: Flask) -> None:
    many = [line(f"n{n}", "2017-01-05", headline="<b>Not ours</b>") for n in range(SINGLE_UP_TO)]
    chart = drawn(*many, line("alone", "2016-01-05", "2016-02-01", headline='"Alone" & <i>ours</i>'))
    here = {"development": lambda key: f"/at?a=1&key={key}", "days": lambda known, happened: f"/log?{known}&{happened}"}

    with app.test_request_context():
        alone, together = (cell_mark(cell, chart, here) for row in chart.rows for cell in row.cells)

    assert 'href="/at?a=1&amp;key=alone"' in alone
    assert "&#34;Alone&#34; &amp; &lt;i&gt;ours&lt;/i&gt;" in alone
    assert 'aria-label="happened 5 January 2016 · known 1 February 2016 · hidden for at least 26 days"' in alone
    assert 'href="/log?2017-03-01..2017-03-01&amp;2017-01-05..2017-01-05"' in together
    assert f'aria-label="{SINGLE_UP_TO} developments: {SINGLE_UP_TO} Note. &lt;b&gt;Not ours&lt;/b&gt;"' in together
    assert "<b>" not in together


def test_marks_of_a_band_do_not_lie_on_each_other() -> None:
    chart = drawn(*(line(f"n{n}", "2016-09", "2017-03-01") for n in range(30)))

    places = [(mark.x, mark.y) for mark in marks(chart).values()]

    assert len(set(places)) == 30
    assert all(chart.top < y < chart.bottom for _, y in places)
