"""What is to be done, by whom, and what it should bring back."""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from linkreclaim.model.reports import OwnerRequest, PlanStep, StepKind
from linkreclaim.report.client.blocks import (
    TEXT_CHARACTERS,
    Block,
    Cell,
    Column,
    Drawing,
    Paragraph,
    Table,
    brief,
    show_address,
)
from linkreclaim.report.client.facts import ClientFacts
from linkreclaim.report.escape import read_aloud, shorten
from linkreclaim.report.figures import show_count, show_percent
from linkreclaim.report.pictures import draw_folders
from linkreclaim.report.plan import STEPS_SHOWN, say_effort

ACTIONS = {
    StepKind.RULE: "Put a rule on the server",
    StepKind.REDIRECT: "Put a redirect on the server",
    StepKind.RESTORE: "Bring the page back",
    StepKind.FIX_AT_SOURCE: "Ask for a corrected link",
}
WHO = {
    StepKind.RULE: "Whoever looks after the web server",
    StepKind.REDIRECT: "Whoever looks after the web server",
    StepKind.RESTORE: "Whoever writes the pages",
    StepKind.FIX_AT_SOURCE: "Whoever writes to other sites",
}
_OWNER = "You, the owner of the site"
_MANY_HOURS = 10


@dataclass(slots=True)
class _Share:
    """What somebody does of the plan, in figures: of many steps none is kept."""

    kinds: Counter[StepKind] = field(default_factory=Counter)
    hours: "array[float]" = field(default_factory=lambda: array("d"))
    regained_0_1: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, step: PlanStep) -> None:
        self.kinds[step.kind] += 1
        self.hours.append(step.effort_hours)
        self.regained_0_1.append(step.regained_share_0_1)


def tell_work(facts: ClientFacts) -> Iterator[Block]:
    """The plan: who does what, the first steps, where the lost folders should lead, whom to write to."""
    figures = facts.plan.figures
    if facts.plan.steps:
        yield Paragraph(
            f"{show_count(len(facts.plan.steps), 'step')}, about {_say_hours(figures.effort_hours)} of work in all, "
            f"should bring back about {show_percent(figures.regained_share_0_1)} of the lost link value. Nothing "
            "changes on the site until you agree to it."
        )
    else:
        yield Paragraph("No step is sure enough to be proposed; the lost pages have to be looked at one by one.")
    yield Table(
        "Who does what",
        (Column("Who", 2.2), Column("What", 3), Column("Work", 1.2, True), Column("Should bring back", 1.2, True)),
        tuple(_who_does_what(facts)),
    )
    if facts.plan.steps:
        yield _first_steps(facts.plan.steps, facts.summary.site)
        yield Paragraph(
            "Working times are rough estimates. What a step should bring back is what its pages lost, less what such a "
            "fix does not hand on, less what is not sure.",
            muted=True,
        )
    picture = draw_folders("folder-flows", facts.digest.flows)
    if picture is not None:
        yield Drawing(picture)
    if facts.plan.requests:
        yield _requests(facts.plan.requests)


def _who_does_what(facts: ClientFacts) -> Iterator[tuple[Cell, ...]]:
    by_who: dict[str, _Share] = defaultdict(_Share)
    for step in facts.plan.steps:
        by_who[WHO[step.kind]].add(step)
    for who, theirs in by_who.items():
        hours, share = fsum(theirs.hours), min(fsum(theirs.regained_0_1), 1.0)
        yield Cell(who), Cell(_count_steps(theirs.kinds)), Cell(_say_hours(hours)), Cell(show_percent(share))
    if waiting := facts.plan.figures.undecided_pages:
        pages = show_count(waiting, "lost page")
        yield Cell(_OWNER), Cell(f"Decide about {pages} for which no step is proposed"), Cell(""), Cell("")


def _say_hours(hours: float) -> str:
    """Rough estimates, so that many hours have no digits after the point."""
    return say_effort(hours if hours < _MANY_HOURS else round(hours))


def _count_steps(counts: Mapping[StepKind, int]) -> str:
    words = {
        StepKind.RULE: ("rule", "rules"),
        StepKind.REDIRECT: ("redirect", "redirects"),
        StepKind.RESTORE: ("page to bring back", "pages to bring back"),
        StepKind.FIX_AT_SOURCE: ("link to be corrected by others", "links to be corrected by others"),
    }
    return ", ".join(show_count(counts[kind], *words[kind]) for kind in StepKind if counts[kind])


def _first_steps(steps: Sequence[PlanStep], site: str) -> Table:
    shown = steps[:STEPS_SHOWN]
    of = f"The first {len(shown)} of {show_count(len(steps))} steps" if len(steps) > len(shown) else "The steps"
    columns = (
        Column("Step", 0.5, True),
        Column("What to do", 5),
        Column("Lost pages", 0.8, True),
        Column("Brings back", 0.9, True),
        Column("Work", 1.1, True),
    )
    return Table(
        f"{of}, in the order of what they bring back for an hour of work",
        columns,
        tuple(_step(step, site) for step in shown),
    )


def _step(step: PlanStep, site: str) -> tuple[Cell, ...]:
    return (
        Cell(str(step.rank)),
        Cell(_show_what(step.what, site), note=f"{ACTIONS[step.kind]}. {say_why(step)}", code=True),
        Cell(show_count(len(step.urls))),
        Cell(show_percent(step.regained_share_0_1)),
        Cell(_say_hours(step.effort_hours)),
    )


def say_why(step: PlanStep) -> str:
    """The reason in the words of this report, which explains link value and knows no equity."""
    return brief(step.why).replace("lost equity", "lost link value")


def _show_what(what: str, site: str) -> str:
    """The addresses of a step, those of the site itself as their paths."""
    paths = re.sub(rf"https?://(?:www\.)?{re.escape(site)}(?=/)", "", what)
    return shorten(read_aloud(paths), 2 * TEXT_CHARACTERS).replace(" -> ", " → ")


def _requests(requests: Sequence[OwnerRequest]) -> Table:
    columns = (Column("Linking page", 3), Column("Should name", 3), Column("Of the lost value", 1, True))
    rows = (
        (
            show_address(each.link.referring_page)._replace(
                note=f"now names {brief(read_aloud(each.link.target_url))}"
            ),
            show_address(each.new_url) if each.new_url else Cell("the page, once it is back"),
            Cell(show_percent(each.equity_share_0_1)),
        )
        for each in requests
    )
    caption = "Links so valuable that a word to their owners is worth while, even where a redirect mends them"
    return Table(caption, columns, tuple(rows))
