"""Our links are those of a real Chromium without scripting: on the tricky documents, and on saved real pages."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from benchmarks.linking_pages.chromium import Chromium, Page, open_chromium, serve
from benchmarks.linking_pages.compare import compare, read_pages
from tests.conftest import RequireProgram
from tests.html.tricky import DOCUMENTS


@pytest.fixture(scope="module")
def chromium(require_program: RequireProgram) -> Iterator[Chromium]:
    with open_chromium(require_program("chromium", "chromium-browser", "google-chrome")) as browser:
        yield browser


def test_the_expected_links_are_those_of_chromium(chromium: Chromium) -> None:
    pages = [
        Page(document.html.encode(document.codec, "surrogateescape"), document.content_type)
        for document in DOCUMENTS.values()
    ]
    wrong: dict[str, tuple[list[str], list[str]]] = {}
    with serve(pages) as address:
        for number, (name, document) in enumerate(DOCUMENTS.items()):
            at = urlsplit(address(number))
            found = [
                href.removeprefix(f"{at.scheme}://{at.netloc}").replace(at.path, "/p/n").replace("/pages/", "/p/")
                for href, _ in chromium.links(at.geturl())
            ]
            # Where a link is told twice, by the adoption agency, the order is Chromium's own affair.
            if sorted(found) != sorted(document.links.split()):
                wrong[name] = (found, document.links.split())
    assert wrong == {}


def test_real_pages(chromium: Chromium, shared_dir: Path, require_program: RequireProgram) -> None:
    corpus = shared_dir / "bench" / "soft404" / "soft404_dev.jsonl.zst"
    if not corpus.is_file():
        pytest.skip(f"no {corpus}")
    require_program("zstd")
    pages = [page for _, page in islice(read_pages(corpus, every=101), 30)]
    assert len(pages) == 30
    assert [found for found in compare(chromium, pages) if found.missing or found.surplus] == []
