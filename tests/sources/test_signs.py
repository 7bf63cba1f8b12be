"""Signs of a cut, filtered or damaged export: told with what to do, and silent on a good one."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from linkreclaim.sources.signs import find_cut

HEADER = "Referring page title,Referring page URL,Target URL,Anchor,Lost status,First seen,Page traffic,Zen Authority\n"


def row(number: int, sites: int = 40, /, **cells: str) -> str:
    values = {
        "title": "A page",
        "page": f"https://site{number % sites}.example/{number}",
        "target": f"https://b.example/{number}",
        "anchor": "here",
        "lost": "" if number % 9 else "removedfromhtml",
        "seen": "2026-01-02",
        "traffic": "12",
        "zen": "44",
    }
    return ",".join((values | cells).values()) + "\n"


def signs(read_back: Callable[..., Any], rows: Sequence[str]) -> list[str]:
    notes = read_back(HEADER + "".join(rows)).info.notes
    usual = read_back(HEADER.replace(",Zen Authority", ",Zen") + row(1)).info.notes
    return [note for note in notes if note not in usual]


def test_a_good_export_shows_only_the_authority_that_is_not_known(read_back: Callable[..., Any]) -> None:
    told = signs(read_back, [row(n) for n in range(300)])
    assert told == ["not used, because an authority of a scale that is not known: Zen Authority"]


def test_a_column_that_is_read_or_holds_words_is_no_unknown_authority(read_back: Callable[..., Any]) -> None:
    assert signs(read_back, [row(n, zen="high") for n in range(5)]) == []


@pytest.mark.parametrize(("rows", "told"), [(150, True), (99, False)])
def test_one_link_per_domain(read_back: Callable[..., Any], rows: int, told: bool) -> None:
    notes = signs(read_back, [row(n, 10_000) for n in range(rows)])
    assert any("one link per domain" in note for note in notes) is told


def test_live_links_only(read_back: Callable[..., Any]) -> None:
    assert any("live links only" in note for note in signs(read_back, [row(n, lost="") for n in range(150)]))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"traffic": "1.2E+05"}, "line 4 has a number that a spreadsheet has shortened (1.2E+05)"),
        ({"traffic": '"1,23457E+11"'}, "line 4 has a number that a spreadsheet has shortened (1,23457E+11)"),
        ({"anchor": "#NAME?"}, "line 4 has a spreadsheet's error in place of a value (#NAME?)"),
        ({"anchor": "#WERT!"}, "line 4 has a spreadsheet's error in place of a value (#WERT!)"),
        ({"seen": "########"}, "line 4 has a spreadsheet's error in place of a value (########)"),
        ({"anchor": "x" * 32_767}, "line 4 has a text that Excel has cut at 32,767 characters"),
        ({"anchor": "MÃ¤rz"}, "line 4 has text in the wrong encoding (MÃ¤rz)"),
        ({"title": "itâ€™s"}, "line 4 has text in the wrong encoding (itâ€™s)"),
        ({"seen": "03/04/2026"}, "dates such as 03/04/2026 (line 4) can be read in two ways"),
    ],
)
def test_what_a_spreadsheet_has_damaged(read_back: Callable[..., Any], cells: dict[str, str], message: str) -> None:
    notes = signs(read_back, [row(1), row(2), row(3, **cells), row(4, **cells)])
    assert [note for note in notes if note.startswith(message)] == notes[:1]


@pytest.mark.parametrize("anchor", ["São Paulo", "Ãrvore", "Âncora", "#1 tip!", "C#", "2E", "Привет, мир"])
def test_honest_texts_are_no_damage(read_back: Callable[..., Any], anchor: str) -> None:
    assert signs(read_back, [row(n, anchor=anchor, zen="") for n in range(5)]) == []


def test_dates_whose_order_another_row_tells_are_no_sign(read_back: Callable[..., Any]) -> None:
    assert signs(read_back, [row(1, seen="03/04/2026", zen=""), row(2, seen="13/04/2026", zen="")]) == []


@pytest.mark.parametrize(
    ("tool", "rows", "message"),
    [
        ("Search Console", 1_000, "exactly 1,000 rows, where Search Console cuts its exports"),
        ("Search Console", 100_000, "where Search Console cuts"),
        ("Semrush", 50_000, "where Semrush cuts"),
        ("Ahrefs", 2_500, "if Ahrefs shows more"),
        ("Ahrefs", 1_048_575, "all that a sheet of Excel holds"),
        ("Ahrefs", 65_536, "all that a sheet of Excel holds"),
    ],
)
def test_a_number_of_rows_at_which_exports_are_cut(tool: str, rows: int, message: str) -> None:
    assert message in (find_cut(tool, rows) or "")
    assert find_cut(tool, rows - 2) is None


def test_small_round_numbers_are_no_sign() -> None:
    assert [rows for rows in range(1_000) if find_cut("Ahrefs", rows)] == []
