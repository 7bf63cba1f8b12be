"""The folder of pages to bring back: what is known of each, nothing of a stranger becomes markup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from tests.report.test_page import words_of

from linkreclaim.model.pages import Capture
from linkreclaim.model.reports import BacklinkRow, DeadPageRow, Plan, RestoreBrief
from linkreclaim.report.restore import write_restore

DeadPage = Callable[..., DeadPageRow]
Backlink = Callable[..., BacklinkRow]
URL = "https://example.com/blog/retired"


def brief(plan: Plan, row: DeadPageRow, capture: Capture | None, *links: BacklinkRow) -> RestoreBrief:
    return RestoreBrief(row, replace(plan.steps[2], target_url=row.url), capture, links)


def test_a_page_tells_what_is_known(tmp_path: Path, plan: Plan, dead_page: DeadPage, backlink: Backlink) -> None:
    capture = Capture(
        URL, "Old days", "word " * 1_000, ("How it began", "How it ended"), captured_on=date(2019, 5, 1),
        origin="Wayback Machine",
    )  # fmt: skip
    row = dead_page(url=URL, old_title="Old days", target_url=None)
    assert write_restore(tmp_path / "restore", "example.com", [brief(plan, row, capture, backlink())]) == 1
    html = (tmp_path / "restore/01-blog-retired.html").read_text("utf-8")
    text = words_of(html)
    for part in ("Old days", URL, "How it ended", "Wayback Machine", "2019-05-01", "old guide", "2 hours",
                 "https://news.example/list", "DR 71 -> A 0.069", "40 % of the lost equity"):  # fmt: skip
        assert part in text
    assert f"https://web.archive.org/web/20190501/{URL}" in html
    assert len(words_of(html, "blockquote")) <= 301, "the text of somebody's page is not published again"
    assert "01-blog-retired.html" in (tmp_path / "restore/index.html").read_text("utf-8")


def test_strangers_words_stay_words(
    tmp_path: Path, plan: Plan, dead_page: DeadPage, backlink: Backlink, hostile: str
) -> None:
    url = f'https://example.com/../..//"><script>x</script>{hostile}'
    row = dead_page(url=url, old_title=hostile, anchors=(hostile,), target_url=None)
    capture = Capture(url, hostile, hostile, (hostile,), origin=hostile)
    link = backlink(referring_page=f"javascript:{hostile}", anchor_text=hostile, value_parts=hostile, seen=hostile)
    write_restore(tmp_path / "restore", hostile, [brief(plan, row, capture, link)])
    files = sorted((tmp_path / "restore").iterdir())
    assert len(files) == 2
    assert sorted(tmp_path.iterdir()) == [tmp_path / "restore"]
    for file in files:
        html = file.read_text("utf-8")
        tree = LexborHTMLParser(html)
        assert tree.css("script, img, iframe, object, embed, base, form, link, input") == []
        assert [name for node in tree.css("*") for name in node.attributes if name.startswith("on")] == []
        assert all(
            (node.attributes["href"] or "").startswith(("https://", "..", "01-", "index")) for node in tree.css("a")
        )
        assert "\u202e" not in html
        assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_without_a_copy_the_archive_is_pointed_at(tmp_path: Path, plan: Plan, dead_page: DeadPage) -> None:
    write_restore(tmp_path / "restore", "example.com", [brief(plan, dead_page(url=URL, old_title=""), None)])
    html = (tmp_path / "restore/01-blog-retired.html").read_text("utf-8")
    assert "No copy was found" in words_of(html)
    assert f"https://web.archive.org/web/*/{URL}" in html


def test_pages_of_an_earlier_run_go(tmp_path: Path, plan: Plan, dead_page: DeadPage) -> None:
    write_restore(tmp_path / "restore", "example.com", [brief(plan, dead_page(url=URL), None)])
    assert write_restore(tmp_path / "restore", "example.com", []) == 0
    assert not (tmp_path / "restore").exists()


def test_what_a_person_put_into_the_folder_stays(tmp_path: Path, plan: Plan, dead_page: DeadPage) -> None:
    folder = tmp_path / "restore"
    write_restore(folder, "example.com", [brief(plan, dead_page(url=URL), None)])
    (folder / "My draft.html").write_text("the page, written anew")
    assert write_restore(folder, "example.com", []) == 0
    assert [file.name for file in folder.iterdir()] == ["My draft.html"]
