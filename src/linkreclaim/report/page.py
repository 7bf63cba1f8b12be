"""report.html: one file that a client can read, without scripts, fonts or anything else from elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from linkreclaim import __version__
from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, Plan
from linkreclaim.model.verdicts import DEAD_KINDS, UNTOLD_KINDS, VerdictKind
from linkreclaim.report import words
from linkreclaim.report.answers import answer_all
from linkreclaim.report.digest import Digest, is_hub, is_prospect, read_digest
from linkreclaim.report.environment import TEXT_CHARACTERS, make_environment
from linkreclaim.report.escape import read_aloud, shorten
from linkreclaim.report.figures import keep_share
from linkreclaim.report.headline import write_headline
from linkreclaim.report.linking_pages import say_linking_pages
from linkreclaim.report.over_time import say_seen_dead
from linkreclaim.report.pictures import draw_folders
from linkreclaim.report.plan import STEP_WORDS, STEPS_SHOWN, say_effort
from linkreclaim.report.recovery import draw_recovery, say_partial
from linkreclaim.urls import parse

if TYPE_CHECKING:
    from jinja2 import Environment

LINKS_SHOWN = 5
"""Linking pages shown below each dead page of the user's own site; backlinks.csv holds all."""

PROSPECTS_SHOWN = 50
"""Linking pages shown below each dead page of somebody else's site, where they are the result."""

_BUFFERED_PIECES = 256
"""Template pieces joined to one chunk: about 10 kB, few enough writes."""


def render_html(
    summary: AuditSummary,
    dead: Iterable[DeadPageRow],
    backlinks_of: Callable[[DeadPageRow], Sequence[BacklinkRow]],
    max_rows: int = 500,
    plan: Plan | None = None,
    recovery: Sequence[RecoveryPoint] = (),
) -> Iterator[str]:
    """The report in chunks. `dead` is read once, most valuable first; memory holds `max_rows` of it.

    The rest as in `render_digest`.
    """
    return render_digest(summary, read_digest(dead, max_rows), backlinks_of, plan, recovery)


def render_digest(
    summary: AuditSummary,
    digest: Digest,
    backlinks_of: Callable[[DeadPageRow], Sequence[BacklinkRow]],
    plan: Plan | None = None,
    recovery: Sequence[RecoveryPoint] = (),
) -> Iterator[str]:
    """The report in chunks, of dead pages that were read before.

    `backlinks_of` gives the links to a dead page, most valuable first; it is asked for each page shown, when its turn
    comes. On a site that is not the user's own, prospects take the place of redirects. `recovery` is what the finished
    audits of the site noted, oldest first; two and more of them are drawn as a trend.
    """
    groups = _group_verdicts(summary, digest)
    stream = (
        load_environment()
        .get_template("report.html.j2")
        .stream(
            summary=summary,
            digest=digest,
            headline=write_headline(summary),
            answers=answer_all(summary, digest, plan.steps if plan else (), groups[2].targets),
            plan=plan,
            groups=groups,
            curve=_plot_curve(digest.ranked),
            folders=None if summary.foreign or summary.provisional else draw_folders("folder-flows", digest.flows),
            trend=draw_recovery(recovery) if len(recovery) > 1 else None,
            trend_note=say_partial(recovery),
            links_of=lambda row: _choose_links(backlinks_of(row), summary.foreign),
            version=__version__,
        )
    )
    stream.enable_buffering(_BUFFERED_PIECES)
    yield from stream


def _choose_links(links: Iterable[BacklinkRow], foreign: bool) -> list[BacklinkRow]:
    if foreign:
        return list(islice(filter(is_prospect, links), PROSPECTS_SHOWN))
    return list(islice(links, LINKS_SHOWN))


@cache
def load_environment() -> "Environment":
    """The reports' templates with their filters and words."""
    environment = make_environment("linkreclaim.report")
    environment.filters.update(
        verdict=words.find_verdict_words,
        path=_show_path,
        seen_dead=lambda row: _start_large(say_seen_dead(row)),
        effort=say_effort,
    )
    environment.globals.update(
        words=words,
        say_linking_pages=say_linking_pages,
        is_hub=is_hub,
        others=_find_others,
        step_words=STEP_WORDS,
        steps_shown=STEPS_SHOWN,
    )
    return environment


def _show_path(url: str) -> str:
    """The part of a URL that names the page, for a heading."""
    parsed = parse(url)
    return shorten(read_aloud(url if parsed is None else parsed.request_target), TEXT_CHARACTERS)


def _start_large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _find_others(row: DeadPageRow) -> list[str]:
    """The next best candidates, at most two."""
    return [each.url for each in row.candidates if each.url != row.target_url][:2]


class VerdictGroup(NamedTuple):
    """Targets that work, are lost, or could not be told."""

    name: str
    label: str
    targets: int
    share_0_1: float
    kinds: Mapping[VerdictKind, int]


def _group_verdicts(summary: AuditSummary, digest: Digest) -> list[VerdictGroup]:
    counts = dict(summary.verdict_counts)
    unreachable = counts.get(VerdictKind.UNREACHABLE, 0)
    lost = {kind: count for kind, count in counts.items() if kind in DEAD_KINDS}
    untold = {kind: count for kind, count in counts.items() if kind in UNTOLD_KINDS}
    works = {kind: count for kind, count in counts.items() if kind not in lost and kind not in untold}
    dead_hosts = min(digest.unreachable_dead, unreachable)
    lost[VerdictKind.UNREACHABLE] = dead_hosts
    untold[VerdictKind.UNREACHABLE] = unreachable - dead_hosts
    return [
        _make_group("works", "Works", works, counts),
        _make_group("lost", "Lost", lost, counts),
        _make_group("untold", "Could not be told", untold, counts),
    ]


def _make_group(
    name: str, label: str, kinds: Mapping[VerdictKind, int], counts: Mapping[VerdictKind, int]
) -> VerdictGroup:
    targets = sum(kinds.values())
    shown = {kind: count for kind, count in kinds.items() if count}
    return VerdictGroup(name, label, targets, targets / max(sum(counts.values()), 1), shown)


class Curve(NamedTuple):
    """The running share of the lost equity, as the points of an SVG polyline in a box of 100 by 100."""

    points: str
    area: str
    pages: int
    half: int  # this many pages hold half of what the shown pages hold


_CURVE_POINTS = 100
_CURVE_LEAST_PAGES = 5
"""Below that a curve says no more than the list does."""


def _plot_curve(rows: Sequence[DeadPageRow]) -> Curve | None:
    if len(rows) < _CURVE_LEAST_PAGES:
        return None
    shares = [keep_share(row.running_share_0_1) for row in rows]
    half = next(number for number, share in enumerate(shares, 1) if share >= shares[-1] / 2)
    step = max(len(shares) // _CURVE_POINTS, 1)
    corners = [(0, 0.0), *((number, shares[number - 1]) for number in range(step, len(shares), step))]
    corners.append((len(shares), shares[-1]))
    points = " ".join(f"{100 * number / len(shares):.2f},{100 - 100 * share:.2f}" for number, share in corners)
    return Curve(points, f"0,100 {points} 100,100", len(rows), half)
