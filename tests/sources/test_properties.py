"""Whatever is done to a valid file, its rows come out the same, or are refused with a reason; never misread."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim
from linkreclaim.sources import open_source

HEADER = [
    "Referring page title", "Referring page URL", "Domain rating", "UR", "External links", "Target URL", "Left context",
    "Anchor", "Right context", "Content", "Nofollow", "UGC", "Sponsored", "First seen", "Last seen", "Links in group",
]  # fmt: skip
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
