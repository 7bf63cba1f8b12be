"""The result of an audit on one screen: at 80 columns, without colour, or in a pipe with lines of any length."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from linkreclaim.model.judgements import Disposition
from linkreclaim.model.matches import Role
from linkreclaim.model.reports import AuditSummary, DeadPageRow, SourceSummary
from linkreclaim.report.digest import is_untold
from linkreclaim.report.escape import make_visible, read_aloud, shorten
from linkreclaim.report.figures import show_count, show_day, show_percent
from linkreclaim.report.headline import write_headline
from linkreclaim.report.linking_pages import say_linking_pages
from linkreclaim.report.over_time import say_all_seen_dead
from linkreclaim.report.words import DISPOSITIONS, VERDICT_CODES, VERDICTS
from linkreclaim.urls import parse

_FIGURES_WIDTH = 34
"""Columns of a row taken by rank, share, links and verdict with the gaps between them; the URL gets the rest."""

_COMMANDS_SHOWN = 3


def render_terminal(console: Console, summary: AuditSummary, top: Sequence[DeadPageRow]) -> None:
    """Print the result; `top` are the rows to show, most valuable first. Data is printed as text, never as markup."""
    page = _Page(console)
    headline = write_headline(summary)
    page.line(
        f"{summary.site}  ·  run {summary.run_id}  ·  {show_day(summary.finished_at or summary.started_at)}", "dim"
    )
    if summary.provisional:
        page.line("Provisional: made from the files alone. Nothing has been checked yet.", "bold yellow")
    page.line(headline.title, "bold green" if summary.dead_with_links else "bold")
    page.line(headline.detail)
    _show_dead_pages(page, summary, [row for row in top if row.links and not is_untold(row)])
    _show_coverage(page, summary)
    _show_sources(page, summary.sources)
    _show_files(page, summary)
    _show_warnings(page, summary.warnings)
    _show_commands(page, summary.next_commands[:_COMMANDS_SHOWN])


class _Page:
    """A console that takes strangers' text: no markup, no control characters, nothing its encoding cannot say."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.arrow = self.keep("→") if self.keep("→") == "→" else "->"

    def keep(self, text: str) -> str:
        """The text as this console can print it."""
        shown = make_visible(text)
        return shown.encode(self.console.encoding, "replace").decode(self.console.encoding)

    def text(self, text: str, style: str = "") -> Text:
        """A piece of text for a table cell."""
        return Text(self.keep(text), style=style)

    def line(self, text: str, style: str = "") -> None:
        """A paragraph, wrapped at words."""
        self.console.print(self.text(text, style))

    def heading(self, text: str) -> None:
        """A blank line and the name of what follows."""
        self.console.print()
        self.line(text, "bold")

    def item(self, text: str, style: str = "", indent: int = 2) -> None:
        """A line of a list, its continuation lines indented."""
        self.console.print(Padding(self.text(text, style), (0, 0, 0, indent), expand=False))

    def whole_line(self, text: str, style: str = "") -> None:
        """A line to copy: never wrapped or cut."""
        self.console.print(self.text(text, style), soft_wrap=True)


def _show_dead_pages(page: _Page, summary: AuditSummary, rows: Sequence[DeadPageRow]) -> None:
    if not rows:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("#", justify="right", no_wrap=True, overflow="crop")
    table.add_column("Share", justify="right", no_wrap=True, overflow="crop")
    table.add_column("Links", justify="right", no_wrap=True, overflow="crop")
    table.add_column("State", no_wrap=True, overflow="crop")
    table.add_column(
        "Dead page" if summary.foreign else f"Dead page {page.arrow} its new home", no_wrap=True, overflow="crop"
    )
    width = max(page.console.width - _FIGURES_WIDTH, 20)
    for row in rows:
        table.add_row(
            page.text(str(row.rank)),
            page.text(show_percent(row.equity_share_0_1)),
            page.text(show_count(row.links)),
            page.text(VERDICT_CODES[row.verdict]),
            _show_move(page, summary, row, width),
        )
    page.console.print()
    page.console.print(table)
    rest = summary.dead_with_links - len(rows)
    if rest > 0:
        page.line(f"and {show_count(rest)} more in dead_pages.csv", "dim")
    for seen in say_all_seen_dead(rows):
        page.line(f"of these {seen}" if len(rows) > 1 else seen, "dim")


def _show_move(page: _Page, summary: AuditSummary, row: DeadPageRow, width: int) -> Text:
    lost = page.text(shorten(_shorten_site(summary.site, row.url), width))
    if summary.foreign:
        return Text("\n").join([lost, page.text(shorten(row.old_title, width), "dim")]) if row.old_title else lost
    if row.target_url is None:
        why = _say_no_target(summary)
        return Text("\n").join([lost, page.text(f"   {DISPOSITIONS[row.disposition].label}: {why}", "yellow")])
    sure = f"  {show_percent(row.match_confidence_0_1)}"
    hub = next((" (listing)" for each in row.candidates if each.url == row.target_url and each.role is Role.HUB), "")
    target = shorten(_shorten_site(summary.site, row.target_url), width - len(sure) - len(hub) - 3)
    shown = f"{page.arrow} {target}{hub}{sure}"
    if row.disposition is Disposition.REDIRECT:
        return Text("\n").join([lost, page.text(shown, "green")])
    label = f"   {DISPOSITIONS[row.disposition].label}:"
    return Text("\n").join([lost, page.text(label, "yellow"), page.text(shown, "yellow")])


def _say_no_target(summary: AuditSummary) -> str:
    if summary.provisional:
        return "nothing is compared yet"
    return "no page fits" if summary.inventory_pages else "no live page is known"


def _shorten_site(site: str, url: str) -> str:
    """The path alone on the site itself, the whole URL elsewhere."""
    parsed = parse(url)
    if parsed is None or parsed.netloc.removeprefix("www.") != site.removeprefix("www."):
        return read_aloud(url)
    return read_aloud(parsed.request_target)


def _show_coverage(page: _Page, summary: AuditSummary) -> None:
    if summary.provisional:
        return
    page.heading("What was looked at")
    targets = ", ".join(f"{show_count(count)} {VERDICTS[kind].label.lower()}" for kind, count in summary.verdict_counts)
    page.item(
        f"{show_count(summary.targets, 'target')}: {targets}" if targets else show_count(summary.targets, "target")
    )
    for sentence in say_linking_pages(summary):
        page.item(sentence)
    if summary.inventory_source:
        pages = show_count(summary.inventory_pages, "live page")
        page.item(f"{pages} from {summary.inventory_source}{_show_captures(summary)}")
    if summary.dead_without_links:
        page.item(f"{show_count(summary.dead_without_links, 'dead URL')} without any known link: no equity lost")


def _show_captures(summary: AuditSummary) -> str:
    return f", {show_count(summary.captures, 'archived copy', 'archived copies')}" if summary.captures else ""


def _show_sources(page: _Page, sources: Iterable[SourceSummary]) -> None:
    page.heading("Sources")
    for source in sources:
        page.item(f"{source.path}: {_describe_source(source)}")
        for note in source.notes:
            page.item(note, "dim", indent=4)


def _describe_source(source: SourceSummary) -> str:
    parts = [
        f"{source.tool} {source.report}".strip(),
        show_count(source.rows, "row"),
        show_count(source.claims, "claim"),
    ]
    if source.off_site:
        parts.append(f"{show_count(source.off_site)} about other sites")
    parts.append(show_count(source.problems, "problem") if source.problems else "no problems")
    return ", ".join(parts)


def _show_files(page: _Page, summary: AuditSummary) -> None:
    if not summary.server_files:
        return
    page.heading("Server files")
    for file in summary.server_files:
        refused = f", {show_count(file.refused)} refused" if file.refused else ""
        page.whole_line(f"  {file.engine}: {file.path} ({show_count(file.lines, 'line')}{refused})")


def _show_warnings(page: _Page, warnings: Sequence[str]) -> None:
    if warnings:
        page.heading("Warnings")
    for warning in warnings:
        page.item(f"! {warning}", "yellow")


def _show_commands(page: _Page, commands: Iterable[tuple[str, str]]) -> None:
    for number, (purpose, command) in enumerate(commands):
        if number == 0:
            page.heading("Next")
        page.item(purpose)
        page.whole_line(f"    {command}", "cyan")
