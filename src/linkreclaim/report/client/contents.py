"""The client report, chapter by chapter, in words for a reader who has never heard of link equity."""

from collections.abc import Iterator

from linkreclaim.model.judgements import NEVER_REDIRECTED, Cause
from linkreclaim.report.answers import list_unknowns
from linkreclaim.report.client.blocks import (
    Block,
    Bullets,
    ClientReport,
    Drawing,
    Figure,
    Paragraph,
    Section,
    Terms,
)
from linkreclaim.report.client.facts import ClientFacts
from linkreclaim.report.client.lost_pages import tell_pages
from linkreclaim.report.client.work import tell_work
from linkreclaim.report.figures import show_count, show_day, show_percent
from linkreclaim.report.headline import say_quick
from linkreclaim.report.pictures import Bar, Ink, draw_bars, draw_stack
from linkreclaim.report.recovery import draw_recovery, say_partial
from linkreclaim.report.words import CAUSES, VERDICTS

_GROUPS = {"works": ("Working", Ink.GAIN), "lost": ("Lost", Ink.LOST), "untold": ("Could not be told", Ink.UNTOLD)}
_SOURCES_SHOWN = 8

_WORDS = (
    ("Lost page", "An address of your site that other sites link to and that shows no page any more."),
    (
        "Link value",
        "Links from other sites are recommendations: a page that many good pages link to is found more easily, by "
        "people and in search engines. The value of a link is our estimate of how much such a recommendation weighs. "
        "It compares the links of this site with each other; it is no sum of money and no forecast of visitors.",
    ),
    (
        "Redirect",
        "A note on your web server that sends visitors and search engines from an old address to the page that "
        "replaces it. The links of others work again without anybody having to change them.",
    ),
    (
        "Rule",
        "One redirect for a whole group of pages whose addresses changed alike. Words in capitals, such as NAME, "
        "stand for the part that differs from page to page.",
    ),
    ("Bring back", "Publish the page again, or a new one on the same subject: no other page of the site replaces it."),
    ("Linking page", "A page of another site with a link to yours."),
)


def write_client_report(facts: ClientFacts, agency: str = "") -> ClientReport:
    """The report on a finished audit; `agency` is who hands it over."""
    site = facts.summary.site
    day = show_day(facts.summary.finished_at or facts.summary.started_at)
    headline, detail = _say_result(facts)
    return ClientReport(
        title=f"Lost links of {site}",
        kind="Report on lost links",
        prepared=f"Prepared by {agency}, {day}" if agency else day,
        headline=headline,
        detail=detail,
        figures=tuple(_figures(facts)),
        sections=tuple(Section(name, title, tuple(blocks)) for name, title, blocks in _chapters(facts)),
        closing=f"What this report says was true on {day} (UTC), as far as the sources named in it know.",
    )


def _chapters(facts: ClientFacts) -> Iterator[tuple[str, str, Iterator[Block]]]:
    yield "found", "What was lost", _tell_found(facts)
    yield "regained", "What has come back", _tell_regained(facts)
    if facts.summary.dead_with_links:
        yield "causes", "Why links were lost", _tell_causes(facts)
        yield "work", "What is to be done, and by whom", tell_work(facts)
        yield "pages", "The most valuable lost pages", tell_pages(facts)
    yield "unknown", "What could not be told", _tell_unknown(facts)
    yield "sources", "Where the links are known from", _tell_sources(facts)
    yield "words", "Words used here", iter((Terms(_WORDS),))


def _say_result(facts: ClientFacts) -> tuple[str, str]:
    summary, plan = facts.summary, facts.plan.figures
    if not summary.dead_with_links:
        return (
            "No lost links were found.",
            f"{show_count(summary.targets, 'linked address', 'linked addresses')} looked at.",
        )
    links = show_count(summary.broken_backlinks, "link")
    leads = "leads" if summary.broken_backlinks == 1 else "lead"
    pages = show_count(summary.dead_with_links, "page that is", "pages that are")
    detail = f"{links} from other sites {leads} to {pages} no longer there."
    if not plan.rules + plan.redirects:
        return "Links were lost, and no page of the site clearly replaces what they led to.", detail
    share = show_percent(plan.quick_regained_share_0_1)
    what = say_quick(plan.rules, plan.redirects)
    verb = "brings" if plan.rules + plan.redirects == 1 else "bring"
    return f"{what} should {verb.removesuffix('s')} back about {share} of the link value that was lost.", detail


def _figures(facts: ClientFacts) -> Iterator[Figure]:
    summary, plan = facts.summary, facts.plan.figures
    yield Figure(show_count(summary.dead_with_links), "lost pages that others link to", Ink.LOST)
    yield Figure(
        show_count(summary.broken_backlinks), f"links that lead nowhere, of {show_count(summary.backlinks)} known"
    )
    if summary.lost_equity_share_0_1 is not None:
        yield Figure(show_percent(summary.lost_equity_share_0_1), "of all link value is lost", Ink.LOST)
    if summary.dead_with_links:
        yield Figure(
            show_percent(plan.regained_share_0_1), "of the loss should come back with the whole plan", Ink.GAIN
        )
    back = facts.recovery[-1].regained_of_found_0_1 if len(facts.recovery) > 1 else None
    if back is not None:
        yield Figure(show_percent(back), "of all that was found lost has come back", Ink.GAIN)


def _tell_found(facts: ClientFacts) -> Iterator[Block]:
    summary = facts.summary
    hosts = f" and its former addresses {', '.join(summary.old_hosts)}" if summary.old_hosts else ""
    yield Paragraph(
        f"We know of {show_count(summary.backlinks, 'link')} from "
        f"{show_count(summary.referring_domains, 'other website')} to {summary.site}{hosts}. Together they lead to "
        f"{show_count(summary.targets, 'address', 'addresses')}. Each of these was asked as a visitor would ask it, "
        "and its redirects were followed."
    )
    parts = [
        Bar(
            _GROUPS[g.name][0],
            g.share_0_1,
            f"{show_count(g.targets)} ({show_percent(g.share_0_1)})",
            _GROUPS[g.name][1],
        )
        for g in facts.groups
    ]
    if sum(group.targets for group in facts.groups):
        yield Drawing(draw_stack("answers", "What the linked addresses show today", parts, ("Answer", "Addresses")))
    lost = next((group for group in facts.groups if group.name == "lost"), None)
    if lost is not None and lost.kinds:
        items = (
            f"{VERDICTS[kind].label}: {show_count(number, 'address', 'addresses')}. {VERDICTS[kind].sentence}"
            for kind, number in lost.kinds.items()
        )
        yield Bullets(tuple(items))
    if summary.dead_without_links:
        dead = show_count(summary.dead_without_links, "of the lost addresses has", "of the lost addresses have")
        yield Paragraph(
            f"{dead} no known link any more: nothing is lost there, and the rest of this report leaves it out."
        )


def _tell_regained(facts: ClientFacts) -> Iterator[Block]:
    points = facts.recovery
    if len(points) < 2:
        yield Paragraph(
            "This is the first check of the site, so there is nothing yet to compare it with. The next report shows "
            "here what has come back."
        )
    else:
        yield Paragraph(_say_regained(facts))
        yield Drawing(draw_recovery(points))
        if partial := say_partial(points):
            yield Paragraph(partial)
        yield Paragraph(
            "Each check counts with the links known on its day, so a new list of links moves the shares as well. A "
            "page counts as back when it works again or leads on to a living page, whoever mended it.",
            muted=True,
        )
    if facts.decided.accepted.targets:
        pages = show_count(facts.decided.accepted.targets, "lost page, which holds", "lost pages, which hold")
        yield Paragraph(
            f"A fix has been agreed for {pages} {_share_of_loss(facts)} of what is lost now. Whether it works "
            "will be seen at the next check."
        )


def _say_regained(facts: ClientFacts) -> str:
    first, last = facts.recovery[0], facts.recovery[-1]
    if not last.regained_pages:
        return f"Of the pages found lost since {show_day(first.finished_at)}, none works again yet."
    pages = show_count(last.regained_pages, "page works", "pages work")
    share = last.regained_of_found_0_1
    said = f": {show_percent(share)} of the link value found lost so far" if share is not None else ""
    return f"Since {show_day(first.finished_at)}, {pages} again that an earlier check had found lost{said}."


def _share_of_loss(facts: ClientFacts) -> str:
    lost = facts.figures.lost.value
    return show_percent(facts.decided.accepted.value / lost if lost > 0 else None)


def _tell_causes(facts: ClientFacts) -> Iterator[Block]:
    tallies = [each for each in facts.digest.causes if Cause(each.kind) not in NEVER_REDIRECTED]
    tallies.sort(key=lambda each: -each.equity_share_0_1)
    bars = [
        Bar(
            CAUSES[Cause(each.kind)].label,
            each.equity_share_0_1,
            f"{show_percent(each.equity_share_0_1)}, {show_count(each.pages, 'page')}",
            Ink.UNTOLD if each.kind is Cause.UNSURE else Ink.LOST,
        )
        for each in tallies
    ]
    yield Drawing(
        draw_bars("cause-shares", "Share of the lost link value, by cause", bars, ("Cause", "Share and pages"))
    )
    yield Terms(tuple((CAUSES[Cause(each.kind)].label, CAUSES[Cause(each.kind)].sentence) for each in tallies))
    yield Paragraph(
        "Causes are read from traces, such as many pages lost together; they are likely, not proved.", muted=True
    )


def _tell_unknown(facts: ClientFacts) -> Iterator[Block]:
    parts = list(list_unknowns(facts.summary, facts.digest, facts.untold))
    untold = next((group for group in facts.groups if group.name == "untold"), None)
    kinds = () if untold is None else untold.kinds.items()
    if parts:
        yield Bullets(tuple(f"{part[:1].upper()}{part[1:]}." for part in parts))
    if kinds:
        yield Terms(
            tuple((f"{VERDICTS[kind].label} ({show_count(number)})", VERDICTS[kind].sentence) for kind, number in kinds)
        )
        yield Paragraph("None of these addresses is counted as lost.")
    yield Paragraph(
        "Links that no source names stay unseen. What a search engine makes of a link, and when, nobody outside it "
        "knows. One look can be wrong: before much work is spent on a page, look at it yourself."
    )


def _tell_sources(facts: ClientFacts) -> Iterator[Block]:
    known = [each for each in facts.sources if each.loss is not None and each.loss.links]
    known.sort(key=lambda each: -(each.loss.links if each.loss else 0))
    links = max(facts.figures.lost.links, 1)
    bars = [
        Bar(
            f"{each.tool} {each.report}",
            min(each.loss.links / links, 1.0),
            f"{show_count(each.loss.links, 'link')} to {show_count(each.loss.dead_targets, 'page')}",
            Ink.UNTOLD,
        )
        for each in known[:_SOURCES_SHOWN]
        if each.loss is not None
    ]
    named = show_count(len(facts.sources), "list", "lists")
    yield Paragraph(f"The links come from {named} of links. The same link from several lists counts once.")
    if bars:
        title = "Entries that lead to lost pages, by the list that names them"
        yield Drawing(draw_bars("source-links", title, bars, ("List", "Entries and lost pages")))
        if len(known) > _SOURCES_SHOWN:
            yield Paragraph(
                f"{show_count(len(known) - _SOURCES_SHOWN, 'further list')} left out of the picture.", muted=True
            )
