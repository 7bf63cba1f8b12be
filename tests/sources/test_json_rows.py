"""JSON of APIs and of exporters: found wherever its lists stand, read as any table, refused where it is broken."""

import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.sources.test_properties import HEADER, claims_of, rows_of, write
from tests.sources.test_workbook import workbook_of

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources import json_rows
from linkreclaim.sources.source import open_source, open_sources

COLUMNS = {"referring_page": "url_from", "target_url": "url_to", "anchor_text": "anchor"}


def link(number: int, **more: object) -> dict[str, object]:
    return {"url_from": f"https://a.example/{number}", "url_to": f"https://b.example/{number}", "anchor": "x", **more}


def lines(*items: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def pages(items: Sequence[object]) -> list[str]:
    return [str(item.referring_page).rsplit("/", 1)[1] for item in items if isinstance(item, Claim)]


WRAPPINGS: dict[str, Callable[[list[Any]], Any]] = {
    "a bare list": lambda links: links,
    "Ahrefs": lambda links: {"backlinks": links},
    "Yandex": lambda links: {"count": len(links), "links": links},
    "Moz": lambda links: {"next_token": "x", "results": links},
    "Majestic": lambda links: {"Code": "OK", "DataTables": {"BackLinks": {"Headers": {}, "Data": links}}},
    "DataForSEO": lambda links: {
        "version": "0.1",
        "tasks": [{"id": "1", "data": {"limit": 1}, "result": [{"target": "b.example", "items": links}]}],
    },
    "DataForSEO, several tasks": lambda links: {"tasks": [{"result": [{"items": [item]}]} for item in links]},
    "Bing": lambda links: {"d": {"__type": "X", "Details": links, "TotalPages": 1}},
}


@pytest.mark.parametrize("vendor", WRAPPINGS)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_list_of_links_is_found_where_it_stands(read_back: Callable[..., Any], vendor: str, indent: int) -> None:
    document = WRAPPINGS[vendor]([link(1), link(2), link(3)])
    reading = read_back(json.dumps(document, indent=indent), COLUMNS)
    assert [(claim.line, claim.referring_page[-1]) for claim in reading.claims] == [(1, "1"), (2, "2"), (3, "3")]
    assert reading.problems == []


def test_an_answer_is_recognised_without_naming_its_columns(read_back: Callable[..., Any]) -> None:
    document = {"backlinks": [{"url_from": "https://a.example/1", "url_to": "https://b.example/1", "nofollow": True}]}
    assert pages(read_back(json.dumps(document)).claims) == ["1"]


def test_nested_keys_and_lists_of_words_become_cells(read_back: Callable[..., Any]) -> None:
    item: dict[str, object] = {"source": {"page": "https://a.example/1"}, "target": {"page": "https://b.example/1"}}
    item |= {"attributes": ["nofollow", "ugc"], "seen": None, "hops": [{"url": "https://c.example/"}]}
    columns = {"referring_page": "source.page", "target_url": "target.page", "rel": "attributes", "first_seen": "seen"}
    claim = read_back(lines(item, item), columns).claims[0]
    assert claim.rel is not None
    assert (int(claim.rel), claim.first_seen) == (3, None)


def test_lists_inside_the_links_are_no_exports(save: Callable[..., Path]) -> None:
    hops = [{"url_from": "https://c.example/", "url_to": "https://d.example/"}]
    sources = open_sources(save(json.dumps({"backlinks": [link(1, hops=hops)]})))
    assert [pages(list(source.rows())) for source in sources] == [["1"]]


def test_several_lists_are_several_sources(save: Callable[..., Path]) -> None:
    sources = open_sources(save(json.dumps({"new": [link(1)], "lost": [link(2)]})))
    assert {source.member: pages(list(source.rows())) for source in sources} == {"new": ["1"], "lost": ["2"]}


def test_lines_keep_their_numbers_and_a_broken_one_costs_itself(read_back: Callable[..., Any]) -> None:
    text = (
        lines(link(1)) + "\n" + '{"url_from": "https://a.example/3", "url\n' + lines(link(4), ["no", "object"], link(6))
    )
    reading = read_back(text)
    assert [claim.line for claim in reading.claims] == [1, 4, 6]
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(3, False), (5, False)]
    assert "not a JSON object" in reading.problems[0].reason
    assert "https://a.example/3" in reading.problems[0].reason


def test_problems_come_in_the_order_of_their_lines(save: Callable[..., Path]) -> None:
    items = [json.dumps(link(n)) if n % 7 else '{"url_from": 1' for n in range(1, 400)]
    rows = list(open_source(save("\n".join(items))).rows())
    assert [row.line for row in rows] == list(range(1, 400))
    assert [row.line for row in rows if isinstance(row, RowProblem)] == list(range(7, 400, 7))


def test_keys_that_come_after_the_first_thousand_are_told(read_back: Callable[..., Any]) -> None:
    items = [link(n) for n in range(1_000)] + [link(1_000, seen="2026-01-01"), link(1_001, seen="2026-01-01")]
    reading = read_back(lines(*items))
    assert len(reading.claims) == 1_002
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(1_001, True)]
    assert '"seen"' in reading.problems[0].reason


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_packed_json(tmp_path: Path, read_back: Callable[..., Any], packed: str) -> None:
    text, path = lines(link(1), link(2)), tmp_path / f"x.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("links.ndjson", text)
    assert pages(read_back(path).claims) == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_any_encoding_with_a_mark(read_back: Callable[..., Any], encoding: str) -> None:
    document = json.dumps([link(1, anchor="日本 é")], ensure_ascii=False)
    assert read_back(document.encode(encoding)).claims[0].anchor_text == "日本 é"


@pytest.mark.parametrize("answer", ["[]", '{"d": {"__type": "LinkCounts", "Links": [], "TotalPages": 0}}', "{}"])
def test_an_empty_answer_is_said_to_hold_no_rows(read_back: Callable[..., Any], answer: str) -> None:
    with pytest.raises(InputError, match="holds no rows"):
        read_back(answer)


def test_the_recorded_answers_of_bing_hold_no_rows(samples: Path, read_back: Callable[..., Any]) -> None:
    for name, empty in (("GetLinkCounts", "Links"), ("GetUrlLinks", "Details")):
        with pytest.raises(InputError, match=f'holds no rows: its list "{empty}" is empty'):
            read_back(samples / f"bing-api_{name}-1.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"links": [{"url_from": ', "is broken"),
        ('[{"a": 1},]', "is broken"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "holds no rows|nested too deeply"),
        ("[" + '{"a":[' * 200_000, "nested too deeply|is broken"),
    ],
)
def test_broken_documents_say_what_to_do(read_back: Callable[..., Any], text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_back(text)


def test_a_document_above_the_cap_names_the_way_out(
    read_back: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_rows, "MAX_DOCUMENT_BYTES", 1_000)
    with pytest.raises(UnsafeInputError, match=r"1,000 bytes.*JSON lines.*jq"):
        read_back(json.dumps([link(n) for n in range(100)]))


@pytest.mark.parametrize("form", ["document", "lines"])
def test_hostile_values_are_cells(read_back: Callable[..., Any], form: str) -> None:
    nested = "[" * 50 + "]" * 50
    odd = f'"size": {"9" * 5_000}, "nan": NaN, "deep": {nested}, "anchor": "a", ' + r'"anchor": "\ud800 b\u0000\n,\""'
    item = '{"url_from": "https://a.example/1", "url_to": "https://b.example/1", ' + odd + "}"
    reading = read_back(f"[{item}]" if form == "document" else f"{item}\n{item}\n")
    assert {claim.anchor_text for claim in reading.claims} == {'? b ,"'}


def test_a_line_without_end_is_told(read_back: Callable[..., Any]) -> None:
    reading = read_back(lines(link(1), link(2, title="z" * 3_000_000), link(3)))
    assert [claim.line for claim in reading.claims] == [1, 3]
    assert [problem.line for problem in reading.problems] == [2]


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 99])
@pytest.mark.parametrize("form", ["document", "lines"])
def test_resuming_gives_exactly_the_rest(save: Callable[..., Path], form: str, after: int) -> None:
    items = [link(1), {"url_from": "no url"}, link(3), link(4)]
    source = open_source(
        save(json.dumps(items) if form == "document" else lines(*items[:2]) + "{broken\n" + lines(link(4)))
    )
    everything = list(source.rows())
    assert len(everything) == 4
    assert list(source.rows(after_row=after)) == everything[after:]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12)


def test_counts_around_the_links_are_no_report_of_their_own(read_back: Callable[..., Any]) -> None:
    answer = {
        "result": [{"target": "https://b.example/", "total_count": 2, "items_count": 2, "items": [link(1), link(2)]}]
    }
    assert [claim.referring_page for claim in read_back(json.dumps(answer)).claims] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


def same_claims(save: Callable[..., Path], rows: list[list[str]], content: str | bytes) -> bool:
    expected = [claim._replace(line=0) for claim in claims_of(save(write(rows)))]
    return [claim._replace(line=0) for claim in claims_of(save(content))] == expected


@given(rows_of(TEXT))
def test_json_gives_the_claims_that_the_same_table_gives_as_csv(
    save: Callable[..., Path], rows: list[list[str]]
) -> None:
    objects = [dict(zip(HEADER, row, strict=True)) for row in rows]
    assert same_claims(save, rows, lines(*objects))
    assert same_claims(save, rows, json.dumps({"x": {"links": objects}}))


@given(rows_of(TEXT))
@settings(max_examples=10, phases=[Phase.reuse, Phase.generate])  # no search for smaller ones: each starts processes
def test_a_workbook_gives_the_claims_that_the_same_table_gives_as_csv(
    save: Callable[..., Path], rows: list[list[str]]
) -> None:
    assert same_claims(save, rows, workbook_of({"S": [HEADER, *rows]}))


@given(rows_of(TEXT), st.data())
def test_a_prefix_of_json_lines_gives_a_prefix_of_the_claims(
    save: Callable[..., Path], rows: list[list[str]], data: st.DataObject
) -> None:
    text = lines(*[dict(zip(HEADER, row, strict=True)) for row in rows])
    cut = data.draw(st.integers(text.index("\n") + 1, len(text)))
    claims = claims_of(save(text))
    begun = claims_of(save(text[:cut]))
    assert begun == claims[: len(begun)]
    assert len(begun) >= text[:cut].count("\n")


@given(st.sampled_from([b"{", b"[{", b'{"a":[', b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b""]), st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(save: Callable[..., Path], start: bytes, rest: bytes) -> None:
    try:
        told = len(list(open_source(save(start + rest)).rows()))
    except InputError as error:
        told = str(error).count(".bin")
    assert told >= 0
