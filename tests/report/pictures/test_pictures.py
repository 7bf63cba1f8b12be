"""Every picture: safe, readable, the same as its table, and drawn to scale."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from linkreclaim.model.overviews import VerdictGroup
from linkreclaim.report.pictures import (
    Bar,
    Flow,
    Ink,
    Line,
    Moment,
    Picture,
    draw_bars,
    draw_sankey,
    draw_stack,
    draw_trend,
)
from linkreclaim.report.pictures.picture import COLOURS, fit_text, text_width
from linkreclaim.report.pictures.strips import draw_groups, draw_key, draw_meter

STYLE = files("linkreclaim.report").joinpath("templates/shared/common.css").read_text("utf-8")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script> "onload=x \u202egpj\u2066 \x00\x1b\ufffe\ud800'
DAY = datetime(2026, 3, 1, tzinfo=UTC)
LINES = (Line("Lost", Ink.LOST), Line("Back", Ink.GAIN))
WORDS = st.text(max_size=40)
SHARES = st.floats(min_value=0, max_value=1)


def elements(picture: Picture, tag: str, kind: str = "") -> list[ElementTree.Element]:
    """The elements of a picture, in their order; reading them shows that it is well-formed."""
    root = ElementTree.fromstring(str(picture.as_svg()))
    return [each for each in root.iter(SVG + tag) if kind in each.get("class", "")]


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "0"))


def texts(picture: Picture) -> list[str]:
    return [each.text or "" for each in elements(picture, "text")]


def bars(*shares: float) -> list[Bar]:
    return [Bar(f"cause {n}", share, f"{share:.0%}") for n, share in enumerate(shares)]


def trend(*shares: tuple[float | None, float | None], days: Sequence[float] = ()) -> Picture:
    places = days or range(len(shares))
    moments = [Moment(DAY + timedelta(days=d), each) for d, each in zip(places, shares, strict=True)]
    return draw_trend("trend", "Lost and back", LINES, moments, "Day")


PICTURES: dict[str, Callable[[str], Picture]] = {
    "bars": lambda words: draw_bars("p", words, [Bar(words, 0.5, words)], ("Cause", "Share")),
    "stack": lambda words: draw_stack("p", words, [Bar(words, 0.5, words), Bar("b", 0.2, "c")], ("Cause", "Share")),
    "trend": lambda words: draw_trend("p", words, [Line(words, Ink.LOST)], [Moment(DAY, (0.2,))], words),
    "sankey": lambda words: draw_sankey("p", words, [Flow(words, "/b/", 0.4, 3)], ("From", words)),
}


@pytest.mark.parametrize("kind", PICTURES)
class TestEveryPicture:
    def test_strangers_words_are_only_words(self, kind: str) -> None:
        picture = PICTURES[kind](HOSTILE)
        tags = {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(str(picture.as_svg())).iter()}
        assert tags <= {"svg", "title", "desc", "rect", "text", "line", "polyline", "circle", "path"}
        whole = str(picture.as_figure())
        assert "\u202e" not in whole
        assert "\x1b" not in whole
        assert "\ufffe" not in whole
        assert LexborHTMLParser(whole).css("script") == []

    @given(words=WORDS)
    def test_any_words_give_a_well_formed_picture(self, kind: str, words: str) -> None:
        assert elements(PICTURES[kind](words), "svg")

    def test_no_style_attribute_that_a_policy_would_refuse(self, kind: str) -> None:
        assert " style=" not in str(PICTURES[kind]("x").as_svg())

    def test_it_is_named_and_described_for_a_screen_reader(self, kind: str) -> None:
        picture = PICTURES[kind]("Causes")
        (svg,) = elements(picture, "svg")
        assert svg.get("role") == "img"
        named = [*svg.findall(SVG + "title"), *svg.findall(SVG + "desc")]
        assert svg.get("aria-labelledby", "").split() == [each.get("id") for each in named]
        assert [each.text for each in named] == [picture.title, picture.description]
        assert picture.description

    def test_the_table_says_the_same(self, kind: str) -> None:
        picture = PICTURES[kind]("Causes")
        table = LexborHTMLParser(str(picture.as_table()))
        assert [each.text() for each in table.css("thead th")] == list(picture.columns)
        cells = [[cell.text() for cell in row.css("th, td")] for row in table.css("tbody tr")]
        assert cells == [list(row) for row in picture.rows]


def test_the_colours_for_paper_are_the_light_ones_of_the_page() -> None:
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", STYLE.split("@media")[0]))
    assert {ink: light.get(f"bar-{ink}") or light[ink] for ink in Ink} == COLOURS


def test_every_colour_of_a_picture_follows_the_page() -> None:
    drawn = "".join(str(make("x").as_svg()) for make in PICTURES.values()) + str(trend((0.1, 0.2)).as_svg())
    classes = {name for value in re.findall(r'class="([^"]*)"', drawn) for name in value.split()}
    assert classes
    assert [name for name in classes if f".{name} {{" not in STYLE] == []


class TestText:
    @given(words=WORDS, width=st.floats(min_value=20, max_value=300))
    def test_fits_its_room(self, words: str, width: float) -> None:
        assert text_width(fit_text(words, width)) <= max(width, 13.0)

    def test_what_fits_stays_whole(self) -> None:
        assert fit_text("/blog/", 100) == "/blog/"

    def test_wide_letters_take_more_room(self) -> None:
        assert text_width("数据") > text_width("ab")


class TestBars:
    def test_are_as_long_as_their_shares(self) -> None:
        widths = [
            number(each, "width") for each in elements(draw_bars("b", "B", bars(0.5, 0.25, 0.125), ("a", "b")), "rect")
        ]
        assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
        assert widths[0] == pytest.approx(4 * widths[2], abs=0.3)

    def test_a_little_is_seen_and_nothing_is_not(self) -> None:
        widths = [
            number(each, "width") for each in elements(draw_bars("b", "B", bars(1, 0.0001, 0), ("a", "b")), "rect")
        ]
        assert widths[1] >= 2
        assert widths[2] == 0

    @given(shares=st.lists(SHARES | st.just(float("nan")) | st.just(float("inf")), max_size=8))
    def test_nothing_leaves_the_picture(self, shares: list[float]) -> None:
        picture = draw_bars("b", "B", bars(*shares), ("a", "b"))
        for box in elements(picture, "rect"):
            assert 0 <= number(box, "x") + number(box, "width") <= picture.width
            assert number(box, "y") + number(box, "height") <= picture.height

    def test_a_stack_fills_its_width(self) -> None:
        picture = draw_stack("s", "S", bars(0.5, 0.3, 0.2), ("a", "b"))
        stack = [box for box in elements(picture, "rect") if number(box, "height") > 20]
        assert sum(number(box, "width") for box in stack) == pytest.approx(picture.width - 4, abs=0.3)
        assert all(number(a, "x") + number(a, "width") < number(b, "x") for a, b in pairwise(stack))


class TestTrend:
    def test_days_are_to_scale(self) -> None:
        dots = elements(trend((0.1, 0), (0.1, 0), (0.1, 0), days=(0, 10, 40)), "circle", "ink-lost")
        first, second, third = (number(dot, "cx") for dot in dots)
        assert third - first == pytest.approx(4 * (second - first), abs=0.5)

    def test_shares_are_to_scale_and_more_is_higher(self) -> None:
        dots = elements(trend((0.4, 0), (0.2, 0), (0, 0)), "circle", "ink-lost")
        high, middle, low = (number(dot, "cy") for dot in dots)
        assert low - middle == pytest.approx(middle - high, abs=0.2)
        assert high < low

    def test_what_is_not_known_has_no_dot(self) -> None:
        picture = trend((0.4, None), (0.3, 0.1))
        assert len(elements(picture, "circle", "draw-gain")) == 1
        assert picture.rows[0] == ("1 March 2026", "40 %", "unknown")

    def test_a_moment_known_in_part_has_a_hollow_dot_and_says_so(self) -> None:
        picture = draw_trend("t", "T", LINES, [Moment(DAY, (0.1, 0.0), partial=True)], "Day")
        assert len(elements(picture, "circle", "ink-sheet")) == 2
        assert "could not be told" in picture.rows[0][0]

    @given(shares=st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=30))
    def test_names_of_lines_never_touch(self, shares: list[tuple[float, float]]) -> None:
        names = [each for each in elements(trend(*shares), "text") if each.get("font-weight")]
        heights = sorted(number(each, "y") for each in names)
        assert all(b - a >= 17 for a, b in pairwise(heights))

    @given(days=st.lists(st.floats(min_value=0, max_value=900), min_size=1, max_size=24))
    def test_days_never_overlap(self, days: list[float]) -> None:
        picture = trend(*[(0.1, 0.0)] * len(days), days=sorted(days))
        shown = [each for each in elements(picture, "text") if re.search(r"20\d\d$", each.text or "")]
        edges = [
            (number(e, "x") - text_width(e.text or "") / 2, number(e, "x") + text_width(e.text or "") / 2)
            for e in shown
        ]
        assert edges
        assert all(right < left for (_, right), (left, _) in pairwise(edges))


class TestSankey:
    FLOWS = (
        Flow("/blog/", "/resources/", 0.4, 20),
        Flow("/blog/", "/news/", 0.1, 3),
        Flow("/old/", "/news/", 0.2, 4),
        Flow("/old/", "to be looked at", 0.3, 9, Ink.UNTOLD),
    )

    @staticmethod
    def columns(picture: Picture) -> tuple[list[ElementTree.Element], list[ElementTree.Element]]:
        nodes = elements(picture, "rect")
        left = [node for node in nodes if number(node, "x") < picture.width / 2]
        return left, [node for node in nodes if node not in left]

    def test_nodes_and_bands_are_as_thick_as_their_shares(self) -> None:
        left, right = self.columns(draw_sankey("s", "S", self.FLOWS, ("From", "To")))
        assert [len(left), len(right)] == [2, 3]
        one, other = (number(node, "height") for node in left)
        assert one == pytest.approx(other, abs=0.2)
        assert number(right[0], "height") / number(right[1], "height") == pytest.approx(4 / 3, abs=0.02)

    def test_bands_do_not_cross_where_they_need_not(self) -> None:
        straight = [Flow(f"/{n}/", f"/to-{(7 * n) % 5}/", 0.1 + n / 100, 1) for n in range(5)]
        picture = draw_sankey("s", "S", straight, ("From", "To"))
        places = [re.findall(r"-?[\d.]+", each.get("d", "")) for each in elements(picture, "path")]
        ends = sorted((float(way[1]), float(way[7])) for way in places)
        assert [end for _, end in ends] == sorted(end for _, end in ends)

    def test_the_table_has_every_flow_largest_first(self) -> None:
        rows = draw_sankey("s", "S", self.FLOWS, ("From", "To")).rows
        assert rows[0] == ("/blog/", "/resources/", "40 %", "20")
        assert len(rows) == 4

    @given(
        flows=st.lists(
            st.builds(Flow, st.sampled_from("abcdefghij"), st.sampled_from("klmnopqrst"), SHARES, st.integers(1, 9)),
            min_size=1,
            max_size=40,
            unique_by=lambda flow: flow[:2],
        )
    )
    def test_everything_stays_inside_and_labels_apart(self, flows: list[Flow]) -> None:
        picture = draw_sankey("s", "S", flows, ("From", "To"))
        for column in self.columns(picture):
            tops = [(number(node, "y"), number(node, "height")) for node in column]
            assert all(top >= 0 and top + tall <= picture.height + 0.2 for top, tall in tops)
            middles = sorted(top + tall / 2 for top, tall in tops)
            assert all(b - a >= 14 for a, b in pairwise(middles))


class TestStrips:
    @given(share=st.floats())
    def test_a_meter_stays_in_its_box_and_what_is_not_nothing_is_seen(self, share: float) -> None:
        parts = ElementTree.fromstring(str(draw_meter(share, "gain")))
        width, x = (float(parts[0].get(name) or "nan") for name in ("width", "x"))
        assert x == 0
        assert width <= 100
        assert (width > 0) == (math.isfinite(share) and share > 0)

    def test_groups_lie_side_by_side_and_fill_the_whole(self) -> None:
        made = VerdictGroup("works", 3, 0.75, {}), VerdictGroup("lost", 0, 0.0, {}), VerdictGroup("untold", 1, 0.25, {})
        parts = [dict(each.items()) for each in ElementTree.fromstring(str(draw_groups(made)))]
        assert [(each["x"], each["width"]) for each in parts] == [("0", "75"), ("75", "0"), ("75", "25")]
        assert parts[0]["class"] in str(draw_key("works"))
        assert ElementTree.fromstring(str(draw_key("lost"))).get("aria-hidden") == "true"
