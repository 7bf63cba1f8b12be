"""What the pages about dead pages share: the site with its newest list, the view in the address, and the words."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.escape import read_aloud, shorten
from linkreclaim.report.words import CAUSES, DECISIONS, DISPOSITIONS, VERDICTS
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView, format_filter, format_view, parse_view
from linkreclaim.urls import parse
from linkreclaim.web.rendering import SiteInView, find_site, shared
from linkreclaim.web.strings import Catalogue

if TYPE_CHECKING:  # the first page need not wait until all of it is imported
    from linkreclaim.jobs.desk.browse import BrowsedSite, Browser, DeadPagePane
    from linkreclaim.jobs.desk.decide_browsed import Decider

MOST_PARAMETERS = 200
URL_CHARACTERS = 300


class ChangedFact(NamedTuple):
    """A fact that is another than the decider saw, in words."""

    name: str  # a word of `DeadPageLine.changed`
    before: str
    now: str


def browser_of(request: Request) -> "Browser":
    """Reads the lists of dead pages."""
    from linkreclaim.jobs.desk.browse import Browser

    return shared(request).part(Browser)


def decider_of(request: Request) -> "Decider":
    """Takes decisions."""
    from linkreclaim.jobs.desk.decide_browsed import Decider

    held = shared(request)
    return Decider(held.workspace, held.settings)


async def find_browsed(request: Request) -> tuple[SiteInView, "BrowsedSite | None"]:
    """The site that the path names, and its newest list of dead pages; None before the first audit has ended.

    Raises:
        HTTPException: 404, the workspace has no such site.
        WorkspaceError: nothing is listed yet, and a run is working in the workspace.
    """
    site = await find_site(request)
    browser = await run_in_threadpool(browser_of, request)
    return site, await run_in_threadpool(browser.site, site.host)


async def need_browsed(request: Request) -> tuple[SiteInView, "BrowsedSite"]:
    """The same for what only makes sense with a list.

    Raises:
        HTTPException: 404, there is no such site, or none of its audits has ended.
    """
    site, browsed = await find_browsed(request)
    if browsed is None:
        raise HTTPException(404)
    return site, browsed


def view_of(request: Request) -> DeadPageView:
    """The view that the address asks for.

    Raises:
        UsageError: a parameter means nothing.
    """
    return parse_view(parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))


def query_of(view: DeadPageView, **more: object) -> str:
    """A view as a query string, with parameters beside it; those that are empty are left out."""
    return urlencode([*format_view(view), *_filled(more)])


def filter_query(asked: DeadPageFilter, **more: object) -> str:
    """A filter alone as a query string."""
    return urlencode([*format_filter(asked), *_filled(more)])


def _filled(parameters: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((name, value) for name, value in parameters.items() if value not in ("", None))


def read_number(text: str | None) -> int | None:
    """An id or a count out of a request; None for what is none that SQLite keeps."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def table_path(request: Request, host: str, query: str) -> str:
    """Path of the table with a query."""
    path = str(request.app.url_path_for("dead_pages", host=host))
    return f"{path}?{query}" if query else path


def within(url: str, host: str) -> str:
    """A URL as it is told among pages of a site: its path where it stands on the site, else all but its scheme."""
    address = parse(url)
    if address is None:
        return url
    rest = address.without_fragment.partition("://")[2]
    return rest[len(address.netloc) :] if address.netloc.removeprefix("www.") == host else rest


def label_of(facet: str, word: str) -> str:
    """The words for a value of a facet."""
    if facet == "state":
        return DECISIONS[DecisionState(word)]
    if facet == "disposition":
        return DISPOSITIONS[Disposition(word)].label
    return VERDICTS[VerdictKind(word)].label if facet == "verdict" else CAUSES[Cause(word)].label


def say_decision(words: Catalogue, host: str, made: Decision) -> str:
    """A decision in a few words."""
    if made.state is DecisionState.PROPOSED:
        return words("decide.taken_back")
    said = {"state": DECISIONS[made.state], "disposition": DISPOSITIONS[made.disposition].label}
    if made.disposition is not Disposition.REDIRECT or not made.target_url:
        return words("decide.said", **said)
    return words("decide.said_target", **said, target=_brief(made.target_url, host))


def _brief(url: str, host: str) -> str:
    return shorten(read_aloud(within(url, host)), URL_CHARACTERS)


def changed_facts(pane: "DeadPagePane", host: str) -> Iterator[ChangedFact]:
    """What changed since the decision that holds was made: as the decider saw it, and as it is."""
    seen = {} if pane.held is None else pane.held.seen
    proposed = pane.candidates[0].candidate.url if pane.candidates else ""
    now = {
        "verdict": VERDICTS[pane.line.verdict].label,
        "cause": CAUSES[pane.line.cause].label,
        "proposal": _brief(proposed, host),
    }
    before = {
        "verdict": label_of("verdict", seen["verdict"]) if "verdict" in seen else "",
        "cause": label_of("cause", seen["cause"]) if "cause" in seen else "",
        "proposal": _brief(seen.get("target_url", ""), host),
    }
    return (ChangedFact(name, before.get(name, ""), now.get(name, "")) for name in pane.line.changed)
