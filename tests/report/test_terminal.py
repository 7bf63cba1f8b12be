import io
from collections.abc import Callable, Sequence

import pytest
from rich.console import Console

from linkreclaim.model.judgements import Disposition
from linkreclaim.model.reports import AuditSummary, DeadPageRow
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.terminal import render_terminal

DeadPage = Callable[..., DeadPageRow]
Summary = Callable[..., AuditSummary]


def show(summary: AuditSummary, rows: Sequence[DeadPageRow], width: int = 80) -> str:
    file = io.StringIO()
    render_terminal(Console(file=file, width=width), summary, rows)
    return file.getvalue()


def test_the_result_is_the_first_thing_said(summary: Summary, dead_page: DeadPage) -> None:
    text = show(summary(), [dead_page()])
    assert "Fix these 6 pages and regain 73 % of the lost equity." in text
    assert "The first 3 give 80 % of that." in text
    assert "97 links from other sites lead to 10 pages" in text
    assert text.index("Fix these") < text.index("/blog/old-guide") < text.index("Sources") < text.index("Next")


def test_what_is_not_wrapped_is_not_padded_either(summary: Summary, dead_page: DeadPage) -> None:
    warning = "two words " * 60 + "and an end"
    lines = show(summary(warnings=(warning,)), [dead_page()], 100_000).splitlines()
    assert f"  ! {warning}" in lines
    assert max(map(len, lines)) < 1_000


def test_rows_show_share_links_state_and_new_home(summary: Summary, dead_page: DeadPage) -> None:
    none = dead_page(rank=2, target_url=None, disposition=Disposition.RESTORE, verdict=VerdictKind.SOFT_404)
    text = show(summary(), [dead_page(), none])
    assert "40 %     12  404" in text
    assert "→ /resources/guide  97 %" in text
    assert "Restore: no page fits" in text
    assert "soft 404" in text
    assert "and 8 more in dead_pages.csv" in text


def test_a_page_to_look_at_is_not_shown_as_a_redirect(summary: Summary, dead_page: DeadPage) -> None:
    lines = show(summary(), [dead_page(disposition=Disposition.REVIEW)]).splitlines()
    place = next(n for n, line in enumerate(lines) if "→ /resources/guide  97 %" in line)
    assert "Look at by hand:" in lines[place - 1]


def test_the_yield_of_linking_pages_sources_and_warnings_are_told(summary: Summary, dead_page: DeadPage) -> None:
    text = show(summary(), [dead_page()])
    assert "124 linking pages asked: 101 read, 9 gone, 7 blocked." in text
    assert "exports/a.csv: Ahrefs Backlinks, 1,200 rows, 1,190 claims" in text
    assert "4 problems" in text
    assert "row cap of 1,000 reached" in text
    assert "! old.example resolves nowhere" in text
    assert "nginx: report/nginx.conf (6 lines, 1 refused)" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_the_screen_and_commands_stay_whole(summary: Summary, dead_page: DeadPage, width: int) -> None:
    long = dead_page(
        url="https://example.com/" + "very-long-path/" * 30, target_url="https://other.example/" + "x" * 300
    )
    text = show(summary(), [long], width)
    command = "linkreclaim decide report/redirects.csv --workspace .linkreclaim --out report-of-today"
    assert f"    {command}\n" in text
    whole = ("    linkreclaim", "    open", "  nginx")
    assert max(len(line) for line in text.splitlines() if not line.startswith(whole)) <= width


def test_three_commands_are_enough(summary: Summary, dead_page: DeadPage) -> None:
    text = show(summary(), [dead_page()])
    assert "linkreclaim verify" in text
    assert "linkreclaim fourth" not in text


def test_markup_and_control_characters_of_strangers_are_text(
    summary: Summary, dead_page: DeadPage, hostile: str
) -> None:
    audit = summary(
        site=f"[bold]{hostile}", warnings=(hostile,), inventory_source=hostile, next_commands=((hostile, hostile),)
    )
    row = dead_page(url=hostile, target_url=hostile, old_title=hostile)
    text = show(audit, [row], 300)
    assert "[bold]<script>" in text
    assert text.count("[red]x[/red]") >= 5
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_emoji_codes_stay_as_they_are(summary: Summary, dead_page: DeadPage) -> None:
    assert ":warning:" in show(summary(warnings=(":warning: path",)), [dead_page(url="https://example.com/:smile:")])


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "shift_jis"])
def test_a_console_that_knows_few_characters_gets_what_it_knows(
    summary: Summary, dead_page: DeadPage, encoding: str
) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    row = dead_page(url="https://example.com/" + "ü→漢" * 40, target_url="https://example.com/" + "y" * 100)
    render_terminal(Console(file=file, width=80), summary(warnings=("“ü” 漢",)), [row])
    file.flush()
    text = raw.getvalue().decode(encoding)
    assert "Fix these 6 pages" in text
    assert ("->" in text) or ("→" in text)


def test_no_color_is_obeyed(summary: Summary, dead_page: DeadPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    render_terminal(Console(file=file, width=80, force_terminal=True), summary(), [dead_page()])
    assert "\x1b[3" not in file.getvalue()
    assert "Fix these 6 pages" in file.getvalue()


def test_what_could_not_be_told_is_not_in_the_table(summary: Summary, dead_page: DeadPage) -> None:
    rows = [dead_page(), dead_page(rank=2, url="https://example.com/members", verdict=VerdictKind.BLOCKED)]
    assert "/members" not in show(summary(), rows)


def test_somebody_elses_site_has_no_new_homes(summary: Summary, dead_page: DeadPage) -> None:
    text = show(summary(foreign=True, site="example.com"), [dead_page()])
    assert "10 dead pages of example.com still have links to win." in text
    assert "The old guide" in text
    assert "/resources/guide" not in text


def test_a_provisional_result_says_so(summary: Summary, dead_page: DeadPage) -> None:
    text = show(summary(provisional=True), [dead_page(verdict=None)])
    assert "Provisional" in text
    assert "Nothing has been checked yet." in text
    assert "unchecked" in text
    assert "Fix these" not in text
