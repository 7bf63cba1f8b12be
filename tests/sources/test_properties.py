"""Whatever is done to a valid file, its rows come out the same, or are refused with a reason; never misread."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.golden import GOLDEN
from tests.sources.golden_form import Golden, written

from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_url
from linkreclaim.sources.source import open_source

HEADER = [
    "Referring page title", "Referring page URL", "Domain rating", "UR", "External links", "Target URL", "Left context",
    "Anchor", "Right context", "Content", "Nofollow", "UGC", "Sponsored", "First seen", "Last seen", "Links in group",
]  # fmt: skip
ODD_ENDS = st.text(st.sampled_from("a \t\xa0\u3000\u2028\x1f\x7f"), max_size=5)
WESTERN = st.text(st.sampled_from("abc ÀÖØöøÿ,;|\t\"'=éü"), max_size=12)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\ufeff"), max_size=12)


def rows_of(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    number = st.integers(1, 9_999)
    flag = st.sampled_from(["true", "false"])
    row = st.tuples(text, number, number, text, text, text, flag, flag, st.dates(), st.integers(1, 3000))
    return st.lists(row.map(make_row), min_size=1, max_size=8)


def make_row(parts: tuple[Any, ...]) -> list[str]:
    title, page, target, left, anchor, right, content, nofollow, day, group = parts
    page_url, target_url = f"https://a.example/{page}", f"https://b.example/p?n={target}"
    seen = f"{max(day.year, 1995)}-{day.month:02}-01 10:24:56"
    return [title, page_url, "72", "2.5", "14", target_url, left, anchor, right, content, nofollow, "false", "false",
            seen, seen, str(group)]  # fmt: skip


def write(
    rows: list[list[str]],
    delimiter: str = ",",
    order: Sequence[int] = range(len(HEADER)),
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> str:
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=delimiter, quoting=quoting)
    sheet.writerows([row[position] for position in order] for row in [HEADER, *rows])
    return out.getvalue()


def claims_of(path: Path) -> list[Claim]:
    return [item for item in open_source(path).rows() if isinstance(item, Claim)]


def claims_or_reason(path: Path) -> list[Claim]:
    """The claims of a file, none when it is refused; a refusal must name the file."""
    try:
        return claims_of(path)
    except InputError as error:
        refusal = str(error)
    assert str(path) in refusal
    return []


def expected(rows: list[list[str]]) -> list[tuple[Any, ...]]:
    return [(row[1], row[5], row[7], row[0] or None, row[10] == "true", int(row[15])) for row in rows]


def told(claims: list[Claim]) -> list[tuple[Any, ...]]:
    return [
        (
            claim.referring_page,
            claim.target_url,
            claim.anchor_text,
            claim.page_title,
            bool(claim.rel),
            claim.links_in_group,
        )
        for claim in claims
    ]


@settings(max_examples=60, deadline=None)
@given(
    rows=rows_of(ANY_TEXT),
    delimiter=st.sampled_from(",;\t|"),
    order=st.permutations(range(len(HEADER))),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_encoding_separator_quoting_and_order_of_columns_change_nothing(
    save: Callable[..., Path],
    rows: list[list[str]],
    delimiter: str,
    order: list[int],
    quoting: Literal[0, 1],
    encoding: str,
) -> None:
    path = save(write(rows, delimiter, order, quoting).encode(encoding))
    assert told(claims_of(path)) == expected(rows)


@settings(max_examples=40, deadline=None)
@given(rows=rows_of(WESTERN), delimiter=st.sampled_from(",;\t"))
def test_western_encoding_changes_nothing(save: Callable[..., Path], rows: list[list[str]], delimiter: str) -> None:
    assert told(claims_of(save(write(rows, delimiter).encode("cp1252")))) == expected(rows)


@settings(max_examples=150, deadline=None)
@given(rows=rows_of(ANY_TEXT), encoding=st.sampled_from(["utf-8", "utf-16"]), share=st.floats(0, 1))
def test_any_beginning_of_a_file_gives_the_same_rows_or_a_reason(
    save: Callable[..., Path], rows: list[list[str]], encoding: str, share: float
) -> None:
    content = write(rows, quoting=csv.QUOTE_ALL).encode(encoding)
    path = save(content[: int(len(content) * share)])
    found = told(claims_or_reason(path))
    whole = expected(rows)[: len(found)]
    assert found[:-1] == whole[:-1]
    assert [row[:-1] for row in found] == [row[:-1] for row in whole]  # the last cell of all may be cut unnoticed


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_give_rows_or_a_reason(save: Callable[..., Path], content: bytes, with_header: bool) -> None:
    start = b"Referring page URL,Target URL,Anchor\nhttps://a.example/,https://b.example/,x\n" if with_header else b""
    path = save(start + content)
    assert all((claim.referring_page or "").startswith("http") for claim in claims_or_reason(path))


@dataclass(frozen=True)
class Form:
    """How a golden file is written out."""

    golden: Golden
    delimiter: str
    order: tuple[int, ...]
    encoding: str
    quoting: Literal[0, 1] = csv.QUOTE_ALL

    def content(self) -> bytes:
        """The bytes of the file."""
        out = io.StringIO()
        sheet = csv.writer(out, delimiter=self.delimiter, quoting=self.quoting, lineterminator="\n")
        for row in (self.golden.names, *self.golden.cells):
            sheet.writerow([row[position] for position in self.order])
        return codecs.BOM_UTF16_BE * (self.encoding == "utf-16-be") + out.getvalue().encode(self.encoding)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]


@st.composite
def forms(draw: st.DrawFn) -> Form:
    golden = draw(st.sampled_from(GOLDEN))
    order = draw(st.permutations(range(len(golden.names))))
    quoting: Literal[0, 1] = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    return Form(golden, draw(st.sampled_from(",;\t|")), tuple(order), draw(st.sampled_from(ENCODINGS)), quoting)


@settings(max_examples=150, deadline=None)
@given(form=forms())
def test_every_report_is_read_alike_in_any_form(save: Callable[..., Path], form: Form) -> None:
    source = open_source(save(form.content()))
    assert (source.info.tool, source.info.report) == (form.golden.tool, form.golden.report)
    assert tuple(source.rows()) == form.golden.claims


@settings(max_examples=200, deadline=None)
@given(form=forms(), share=st.floats(0, 1))
def test_any_beginning_of_any_report_is_read_as_far_as_it_goes(
    save: Callable[..., Path], form: Form, share: float
) -> None:
    content = form.content()
    found = claims_or_reason(save(content[: int(len(content) * share)]))
    expected_claims = form.golden.claims[: len(found)]
    assert len(found) == len(expected_claims)
    assert tuple(found[:-1]) == expected_claims[:-1]  # of the last row the last cell may be cut unnoticed
    assert [claim.line for claim in found] == [claim.line for claim in expected_claims]


@settings(max_examples=60, deadline=None)
@given(golden=st.sampled_from(GOLDEN), lines=st.booleans(), nested=st.booleans())
def test_every_report_is_read_alike_as_json(
    save: Callable[..., Path], golden: Golden, lines: bool, nested: bool
) -> None:
    items = [dict(zip(golden.names, row, strict=True)) for row in golden.cells * 2]
    objects = [nest(item) if nested else item for item in items]
    text = (
        "".join(json.dumps(each) + "\n" for each in objects) if lines else json.dumps({"tasks": [{"items": objects}]})
    )
    source = open_source(save(text))
    assert (source.info.tool, source.info.report) == (golden.tool, golden.report)
    assert [item._replace(line=0) for item in source.rows() if isinstance(item, Claim)] == [
        claim._replace(line=0) for claim in golden.claims * 2
    ]


def nest(item: dict[str, str]) -> dict[str, Any]:
    """An object whose keys with points are objects themselves."""
    nested: dict[str, Any] = {}
    for name, cell in item.items():
        outer, point, inner = name.partition(".")
        if point:
            nested.setdefault(outer, {})[inner] = cell
        else:
            nested[name] = cell
    return nested


@settings(max_examples=100, deadline=None)
@given(golden=st.sampled_from(GOLDEN), data=st.data())
def test_hostile_cells_cost_no_other_row(save: Callable[..., Path], golden: Golden, data: st.DataObject) -> None:
    bad = [data.draw(ANY_TEXT) for _ in golden.names]
    text = written(golden.names, [*golden.cells, bad, *golden.cells])
    rows = list(open_source(save(text)).rows())
    good = [row._replace(line=0) for row in rows if isinstance(row, Claim)]
    wanted = [claim._replace(line=0) for claim in golden.claims]
    assert good[: len(wanted)] == wanted
    assert good[-len(wanted) :] == wanted


@given(st.lists(st.tuples(ODD_ENDS, ODD_ENDS), min_size=1, max_size=5))
def test_urls_are_trimmed_alike_however_they_are_written(
    save: Callable[..., Path], odd_ends: list[tuple[str, str]]
) -> None:
    rows = [make_row(("", 1, 2, "", "here", "", "", "false", date(2026, 1, 2), 1)) for _ in odd_ends]
    for row, (page, target) in zip(rows, odd_ends, strict=True):
        row[1] += page
        row[5] += target
    claims = claims_of(save(write(rows)))
    assert [(claim.referring_page, claim.target_url) for claim in claims] == [
        (read_url(row[1]), read_url(row[5])) for row in rows
    ]
