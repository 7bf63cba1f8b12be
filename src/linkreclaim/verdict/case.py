"""One URL being judged: its answer, what is known around it, and what the rules read off both."""

from dataclasses import dataclass
from functools import lru_cache

from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, PageFacts, RedirectShape, Verdict, VerdictKind
from linkreclaim.urls import Url, parse
from linkreclaim.verdict.shape import is_home, redirect_shape


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the answer itself; None means not asked, never "no"."""

    site: Site | None = None
    sibling: Answer | None = None  # what a random address of the same folder and extension answers
    home: Answer | None = None  # what the home page of the asked host answers
    host_resolves: bool | None = None  # False: at none of the looks did the asked host answer by name
    path_sibling: Answer | None = None  # the same without a query, where the query seems to be ignored


@dataclass(frozen=True, slots=True)
class Case:
    """An answer with its addresses parsed and the shape of its redirect."""

    answer: Answer
    context: Context
    asked: Url
    final: Url  # where the chain or an immediate meta refresh ends
    shape: RedirectShape | None  # None: no redirect

    @property
    def home_page(self) -> PageFacts | None:
        """The home page, for the site's chrome; None where it is not known, or is what was asked for."""
        home = self.context.home
        return None if home is None or is_home(self.asked) else home.page

    def verdict(
        self,
        kind: VerdictKind,
        reason: str,
        confidence_0_1: float,
        *evidence: str,
        p_not_found_0_1: float | None = None,
    ) -> Verdict:
        """A verdict on this case: the chain of answers always comes first in its evidence."""
        return Verdict(
            kind=kind,
            reason=reason,
            verdict_confidence_0_1=confidence_0_1,
            evidence=(*_chain_words(self.answer), *evidence),
            shape=self.shape if kind in _KINDS_WITH_SHAPE else None,
            p_not_found_0_1=p_not_found_0_1,
        )


_KINDS_WITH_SHAPE = frozenset(
    {VerdictKind.REDIRECTED, VerdictKind.REDIRECTED_HOME, VerdictKind.SOFT_404, VerdictKind.UNSURE}
)
_SHOWN_HOPS = 10
_shape = lru_cache(500)(redirect_shape)  # one look opens its case three times


def open_case(answer: Answer, context: Context) -> Case | None:
    """Parse the addresses of an answer; None when the asked one is no http(s) URL."""
    asked = parse(answer.url)
    if asked is None:
        return None
    refresh = parse(answer.page.meta_refresh) if answer.page is not None and answer.page.meta_refresh else None
    final_url = answer.final_url
    final = refresh or (asked if final_url == answer.url else parse(final_url)) or asked
    moved = answer.redirected or (refresh is not None and refresh.key != asked.key)
    shape = _shape(asked, final, context.site) if moved else None
    return Case(answer, context, asked, final, shape)


def _chain_words(answer: Answer) -> tuple[str, ...]:
    hops = [f"{hop.status_code} {hop.url[:300]}" for hop in answer.hops[:_SHOWN_HOPS]]
    refresh = answer.page.meta_refresh if answer.page is not None else ""
    chain = " -> ".join(hops + ([f"meta refresh {refresh[:300]}"] if refresh else []))
    return (f"answered {chain}",) if chain else ()
