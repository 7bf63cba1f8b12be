"""What is a log, and what is not: tables of links are never taken for one."""

import json

import pytest
from tests.sources.golden import GOLDEN, golden_ids
from tests.sources.golden_form import Golden, written
from tests.sources.logs.made_up_lines import LINES, VERCEL

from linkreclaim.sources.logs.recognise import recognise_log


@pytest.mark.parametrize("golden", GOLDEN, ids=list(golden_ids()))
def test_no_export_of_links_is_a_log(golden: Golden) -> None:
    records = [dict(zip(golden.names, cells, strict=False)) for cells in golden.cells]
    lines = "\n".join(json.dumps(record) for record in records)
    for text in (
        written(golden.names, golden.cells),
        written(golden.names, golden.cells, "\t"),
        json.dumps(records),
        lines,
    ):
        assert recognise_log(text.encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "https://shop.example.com/old\nhttps://shop.example.com/older\n",
        json.dumps({"status_code": 20000, "tasks": [{"result": [{"items": [{"url_from": "https://a.example/"}]}]}]}),
        json.dumps({"url": "https://shop.example.com/", "status_code": 200, "title": "Shop"}),
        json.dumps(
            {"urlkey": "com,example)/", "timestamp": "20260415", "url": "https://example.com/", "status": "200"}
        ),
        json.dumps({"url": "https://a.example/", "status": 200, "ip": "192.0.2.7", "date": "2026-04-15"}),
        "<?xml version='1.0'?><urlset></urlset>",
        "2026-04-15 09:41:07 ERROR something failed with 404\n",
        '{"level":"info","msg":"started"}\n',
        "#Fields: date time c-ip\n2026-04-15 09:41:07 192.0.2.7\n",
        'a,b\n"15/Apr/2026","GET / HTTP/1.1"\n',
    ],
)
def test_other_files_are_no_logs(text: str) -> None:
    assert recognise_log(text.encode()) is None


def test_a_few_dirty_lines_do_not_matter_and_many_do() -> None:
    line = LINES["combined"].text
    known = recognise_log(b"\n".join([b"\x16\x03\x01 rubbish"] * 40 + [line] * 60))
    assert known is not None
    assert known.name == "combined"
    assert recognise_log(b"\n".join([b"rubbish"] * 60 + [line] * 40)) is None


@pytest.mark.parametrize("client", [b"crawl-66-249-66-1.googlebot.example", b"192.0.2.x", b"-", b"f3a9c1"])
@pytest.mark.parametrize("name", ["combined", "common", "vhost_combined", "vhost_common"])
def test_clients_may_be_names_or_made_anonymous(client: bytes, name: str) -> None:
    known = recognise_log(b"\n".join([LINES[name].text.replace(b"192.0.2.7", client)] * 3))
    assert known is not None
    assert known.name == name


def test_a_line_cut_by_the_end_of_what_was_read_is_not_looked_at() -> None:
    line = LINES["combined"].text
    head = (line + b"\n") * 400
    known = recognise_log(head[:65536])
    assert known is not None


def test_marks_at_the_beginning_of_a_file_do_not_matter() -> None:
    for name, (line, expected, header) in LINES.items():
        marked = b"\xef\xbb\xbf" + header + line
        known = recognise_log(marked)
        assert known is not None, name
        parser = known.make_parser()
        assert [parser.parse(one) for one in marked.split(b"\n")][-1] == expected


def test_a_list_of_records_is_known_so_that_it_can_be_explained() -> None:
    known = recognise_log(json.dumps([VERCEL, VERCEL]).encode())
    assert known is not None
    assert known.name == "vercel"
