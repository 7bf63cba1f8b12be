"""Every visible word is in the catalogue, every word of the catalogue is used, and nothing inline is in a template."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import linkreclaim.web
from linkreclaim.web.navigation import ORDER
from linkreclaim.web.strings import Catalogue, load_catalogue

WEB = Path(linkreclaim.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SOURCES = [*TEMPLATES, *sorted(path for path in WEB.rglob("*.py") if path.parent != WEB or path.name != "__init__.py")]
VENDOR = WEB / "static" / "vendor"
WORD = re.compile(r"[^\W\d_]{2,}")


LITERAL = re.compile(r"""["']([a-z_0-9]+(?:\.[a-z_0-9]+)+|(?:[a-z_0-9]+\.)+)["']""")
CALL = re.compile(r"""\b_\(\s*["']([\w.]+)["'](?: if [^"']+ else ["']([\w.]+)["'])?(?! ~)""")


def read_sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def test_no_key_is_missing() -> None:
    called = {key for pair in CALL.findall(read_sources()) for key in pair if key}
    wanted = called | {f"navigation.{name}" for name in ORDER}
    assert called
    assert sorted(wanted - set(load_catalogue().entries)) == []


def test_no_key_is_unused() -> None:
    """A literal that ends with a dot is the beginning of keys that are put together."""
    literals = set(LITERAL.findall(read_sources()))
    beginnings = tuple(literal for literal in literals if literal.endswith("."))
    assert [key for key in load_catalogue().entries if key not in literals and not key.startswith(beginnings)] == []


def test_a_reason_has_its_title() -> None:
    reasons = {key for key in load_catalogue().entries if key.startswith("errors.") and not key.endswith("_title")}
    assert [key for key in reasons - {"errors.back"} if f"{key}_title" not in load_catalogue().entries] == []


def test_counts_choose_their_form() -> None:
    catalogue = Catalogue({"a": {"one": "{count} page", "other": "{count} pages"}, "b": "of {what}", "c": "100 {"})
    assert [catalogue("a", count=n) for n in (0, 1, 1_240)] == ["0 pages", "1 page", "1,240 pages"]
    assert (catalogue("b", what="all"), catalogue("c")) == ("of all", "100 {")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
class TestTemplates:
    def test_has_no_words_of_its_own(self, template: Path) -> None:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<code>.*?</code>", "", text)  # what is typed into a terminal is the same in every language
        shown = re.findall(r'(?:aria-label|title|alt|placeholder|data-label)="([^"]*)"', text)
        assert [word for piece in (*shown, re.sub(r"<[^>]*>", " ", text)) for word in WORD.findall(piece)] == []

    def test_has_nothing_inline(self, template: Path) -> None:
        text = template.read_text(encoding="utf-8")
        assert re.findall(r"<style|<script(?![^>]+src=)|\sstyle=|\son\w+=|\|\s*safe\b|javascript:", text) == []
        assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []

    def test_says_all_of_each_htmx_request(self, template: Path) -> None:
        """What is swapped, where and how never hangs on a default of the version of htmx."""
        for tag in re.findall(r"<[a-z]+[^>]*\shx-(?:get|post)=[^>]*>", template.read_text(encoding="utf-8")):
            assert [name for name in ("hx-target", "hx-swap", "hx-trigger") if f"{name}=" not in tag] == [], tag


def test_vendored_files_are_those_of_the_manifest() -> None:
    assets = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    files = {file["name"]: file["sha256"] for asset in assets for file in asset["files"]}
    assert {path.name for path in VENDOR.iterdir()} == {"manifest.json", *files}
    assert {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in files} == files
    assert {asset["licence"] for asset in assets} <= {"0BSD", "MIT", "BSD-3-Clause", "Apache-2.0", "ISC"}
