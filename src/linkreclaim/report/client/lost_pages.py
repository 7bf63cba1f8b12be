"""The most valuable lost pages, one by one: what happened, who links there, what is to be done."""

from collections.abc import Iterator, Sequence

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.report.client.blocks import Block, Card, Cards, Cell, Column, Paragraph, Table, brief, show_address
from linkreclaim.report.client.facts import PAGES_SHOWN, ClientFacts
from linkreclaim.report.digest import is_hub
from linkreclaim.report.escape import read_aloud, shorten
from linkreclaim.report.figures import show_count, show_day, show_percent
from linkreclaim.report.words import CAUSES, DISPOSITIONS, SEEN, find_verdict_words
from linkreclaim.urls import parse

_STATE = {
    DecisionState.PROPOSED: "Not agreed yet.",
    DecisionState.ACCEPTED: "Agreed.",
    DecisionState.REJECTED: "Decided against.",
}

_LINK_CHARACTERS = 120
"""Longest address and longest words of a linking page: so a card with five of them fits a sheet of paper."""

_SURE = ((0.9, "Very likely."), (0.6, "Likely."), (0.0, "A guess."))
"""Words for the confidence of a cause, from this share on. Our judgement."""


def tell_pages(facts: ClientFacts) -> Iterator[Block]:
    """The first ten; together they hold so much of what was lost."""
    rows = facts.digest.ranked[:PAGES_SHOWN]
    together = show_percent(rows[-1].running_share_0_1) if rows else ""
    if len(rows) > 1:
        all_pages = show_count(facts.digest.ranked_total)
        yield Paragraph(f"These {len(rows)} of {all_pages} lost pages hold {together} of the lost link value.")
    yield Cards(tuple(_card(row, facts.links.get(row.url, ())) for row in rows))


def _card(row: DeadPageRow, links: Sequence[BacklinkRow]) -> Card:
    domains = show_count(row.referring_domains, "website")
    return Card(
        rank=row.rank,
        title=brief(row.old_title) or _path(row.url),
        address=show_address(row.url),
        worth=show_percent(row.equity_share_0_1),
        worth_words=f"of the lost value; {show_count(row.links, 'link')} from {domains}",
        facts=tuple(_facts(row)),
        links=_links(row, links) if links else None,
    )


def _facts(row: DeadPageRow) -> Iterator[tuple[str, Cell]]:
    yield "What happened", Cell(find_verdict_words(row.verdict).sentence, note=_say_checks(row))
    cause = CAUSES[row.cause]
    yield "Why", Cell(f"{cause.label}. {cause.sentence}", note=_say_sure(row))
    if row.target_url and row.disposition is Disposition.REDIRECT:
        yield "Should lead to", show_address(row.target_url)._replace(note=_say_match(row))
    else:
        wording = DISPOSITIONS[row.disposition]
        yield "To be done", Cell(f"{wording.label}. {wording.sentence}", note=_STATE[row.decision])


def _say_sure(row: DeadPageRow) -> str:
    """How sure the cause is, in words: its figure is no frequency that was counted."""
    if row.cause is Cause.UNSURE:
        return ""
    return next(words for least, words in _SURE if row.cause_confidence_0_1 >= least)


def _say_checks(row: DeadPageRow) -> str:
    """One look is a suspicion, looks days apart are a death."""
    if row.first_seen_dead is None or not row.looks_dead:
        return ""
    if row.looks_dead == 1:
        return "Seen lost once so far; another check some days later should confirm it."
    checks = f"found lost in {show_count(row.looks_dead, 'check')} since {show_day(row.first_seen_dead)}"
    return f"Confirmed: {checks}." if row.confirmed else f"{checks[:1].upper()}{checks[1:]}; not confirmed yet."


def _say_match(row: DeadPageRow) -> str:
    """How sure the target is; a person's own choice needs no percentage."""
    state = _STATE[row.decision]
    if row.decision is DecisionState.ACCEPTED:
        return state
    hub = " It is a listing, not a page of its own, and hands on only part of the value." if is_hub(row) else ""
    return f"{state} {show_percent(row.match_confidence_0_1)} sure that this page replaces it.{hub}"


def _links(row: DeadPageRow, links: Sequence[BacklinkRow]) -> Table:
    shown = (
        f"The {len(links)} most valuable of {show_count(row.links)} links"
        if len(links) < row.links
        else "Who links there"
    )
    columns = (Column("Linking page", 4), Column("Words of the link", 2), Column("What its page shows", 1.6))
    return Table(shown, columns, tuple(map(_link, links)))


def _link(link: BacklinkRow) -> tuple[Cell, ...]:
    page = show_address(link.referring_page) if link.referring_page else Cell(f"a page of {link.referring_domain}")
    words = shorten(link.anchor_text, _LINK_CHARACTERS) or "(none)"
    seen = Cell(SEEN.get(link.seen, link.seen))
    return page._replace(words=shorten(page.words, _LINK_CHARACTERS)), Cell(words), seen


def _path(url: str) -> str:
    parsed = parse(url)
    return brief(read_aloud(url if parsed is None else parsed.request_target))
