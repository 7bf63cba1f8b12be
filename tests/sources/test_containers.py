"""Files that hold several exports, or links in no table at all."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sources.test_workbook import AHREFS, workbook_of
from tests.sources.test_workbook import row as cells_of

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.model.links import Claim
from linkreclaim.sources.source import open_source, open_sources

HEADER = "Referring page URL,Target URL,Anchor,Nofollow,Last seen\n"
LATEST = "Linking page,Last crawled\nhttps://c.example/1,2026-01-02\n"


def row(number: int) -> str:
    return f"https://a.example/{number},https://b.example/{number},here,false,2026-01-02\n"


def table(issue_of: str) -> str:
    return f"URL,Last crawled\nhttps://b.example/{issue_of},2026-01-02\n"


def metadata(issue: str) -> str:
    return f"Property,Value\nSitemap,All known pages\nIssue,{issue}\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Writes a zip of files."""

    def write(files: dict[str, str | bytes]) -> Path:
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return write


def links(path: Path) -> dict[str, list[str]]:
    """What each source of a file names, by its member."""
    return {
        source.member: [row.referring_page or row.target_url or "" for row in source.rows() if isinstance(row, Claim)]
        for source in open_sources(path)
    }


def test_a_bundle_gives_every_export_in_it(bundle: Callable[..., Path]) -> None:
    path = bundle(
        {
            "part-1.csv": HEADER + row(1),
            "part-2.csv": HEADER + row(2),
            "google/latest.csv": LATEST,
            "links.xlsx": workbook_of({"A": [AHREFS, cells_of(3)], "B": [AHREFS, cells_of(4)]}),
            "api.json": '{"backlinks": [{"url_from": "https://a.example/5", "url_to": "https://b.example/5"}]}',
        }
    )
    assert links(path) == {
        "part-1.csv": ["https://a.example/1"],
        "part-2.csv": ["https://a.example/2"],
        "google/latest.csv": ["https://c.example/1"],
        "links.xlsx: A": ["https://a.example/3"],
        "links.xlsx: B": ["https://a.example/4"],
        "api.json": ["https://a.example/5"],
    }
    with pytest.raises(InputError, match=r"several exports \(part-1.csv, part-2.csv"):
        open_source(path)


def test_what_is_no_export_beside_one_is_told(bundle: Callable[..., Path]) -> None:
    path = bundle({"read me.txt": "Hello", "logo.png": b"\x89PNG" + bytes(200), "links.csv": HEADER + row(1)})
    source = open_source(path)
    assert source.member == ""
    assert any("read me.txt" in note for note in source.info.notes)
    assert any("logo.png" in note for note in source.info.notes)


def test_each_page_indexing_table_has_the_issue_of_its_own_folder(bundle: Callable[..., Path]) -> None:
    files = {
        "404/Table.csv": table("gone"),
        "404/Metadata.csv": metadata("Not found (404)"),
        "soft/Table.csv": table("soft"),
        "soft/Metadata.csv": metadata("Soft 404"),
    }
    claims = [next(source.rows()) for source in open_sources(bundle(files))]
    told = [(claim.target_status, claim.target_soft_404) for claim in claims if isinstance(claim, Claim)]
    assert told == [(404, False), (None, True)]


def test_named_columns_read_the_files_that_have_them(bundle: Callable[..., Path]) -> None:
    columns = {"referring_page": "From", "target_url": "To"}
    path = bundle({"a.csv": "From,To\nhttps://a.example/,https://b.example/\n", "b.csv": "x,y\n1,2\n"})
    assert [row.line for row in open_source(path, columns).rows()] == [2]
    with pytest.raises(InputError, match="no column is named Nobody"):
        open_source(path, {"referring_page": "Nobody"})


def test_a_zip_in_a_zip_is_refused_with_the_way_out(bundle: Callable[..., Path], tmp_path: Path) -> None:
    inner = bundle({"x.csv": HEADER}).read_bytes()
    with pytest.raises(InputError, match="unpack it and give the files inside"):
        open_sources(bundle({"inner.zip": inner}))


def test_the_same_name_twice_in_a_zip_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", HEADER + row(1))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", HEADER + row(2))
    assert links(path) == {"": ["https://a.example/2"]}


LIST = "# dead pages\n\nhttps://b.example/1\nhttps://www.b.example/a,b;c?d=\"e\"\n  'https://b.example/3'\n"


def test_a_list_of_urls_on_one_site_names_targets(read_back: Callable[..., Any]) -> None:
    reading = read_back(LIST)
    assert [(claim.line, claim.referring_page, claim.target_url) for claim in reading.claims] == [
        (3, None, "https://b.example/1"),
        (4, None, 'https://www.b.example/a,b;c?d="e"'),
        (5, None, "https://b.example/3"),
    ]
    assert any("all of its first URLs are on b.example" in note for note in reading.info.notes)


@pytest.mark.parametrize("above", ["URL\n", "# dead pages\nURL\n", "\n\n# one\n\n'Old page'\n"])
def test_a_column_name_above_a_list_is_no_bad_row(read_back: Callable[..., Any], above: str) -> None:
    reading = read_back(above + "https://b.example/1\nhttps://b.example/2\nnot a url\n")
    assert [claim.target_url for claim in reading.claims] == ["https://b.example/1", "https://b.example/2"]
    assert len(reading.problems) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("title", ["", "URL\n", '"Linking page"\n', "Adresse\n"])
def test_a_list_of_urls_on_several_sites_names_linking_pages(
    read_back: Callable[..., Any], title: str, newline: str
) -> None:
    text = title + "https://a.example/1\nhttps://c.example/2\nnot a url\nhttps://d.example/4\n"
    reading = read_back(text.replace("\n", newline))
    assert [claim.referring_page[-1] for claim in reading.claims] == ["1", "2", "4"]
    assert [problem.line for problem in reading.problems] == [4 if title else 3]


@pytest.mark.parametrize("text", ["URL\n", "# nothing\n", "https://a.example/ and more words\nmore\n", "a sentence\n"])
def test_other_texts_are_no_list(read_back: Callable[..., Any], text: str) -> None:
    with pytest.raises(UnknownFormatError):
        read_back(text)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 9])
def test_resuming_a_list_gives_exactly_the_rest(save: Callable[..., Path], after: int) -> None:
    source = open_source(save(LIST + "ftp://b.example/\n"))
    everything = list(source.rows())
    assert len(everything) == 4
    assert list(source.rows(after_row=after)) == everything[after:]
