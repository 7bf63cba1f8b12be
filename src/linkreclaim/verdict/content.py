"""Verdicts on the page that answered 200: what its words say, and whether any address would get the same."""

from linkreclaim.model.verdicts import Answer, PageFacts, RedirectShape, Verdict, VerdictKind
from linkreclaim.urls import parse
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.gates import gate_words, is_bare, shows_nothing_else
from linkreclaim.verdict.landing import deep_to_other_home
from linkreclaim.verdict.reading import (
    GLANCED,
    HINTS_NOT_FOUND,
    SAYS_NOT_FOUND,
    PageReading,
    hears_otherwise,
    read_page_class,
)
from linkreclaim.verdict.shape import is_home
from linkreclaim.verdict.sibling import SAME_OVERLAP, Likeness, compare_pages, compare_with
from linkreclaim.verdict.status import refuses

_SAYS_IT_LOUDLY = 0.9
_NEAR_OVERLAP = 0.5

_SKIMMED = "its title, headings and text, only skimmed, speak of nothing missing"
_MAINTENANCE = "the page speaks of maintenance or an error of the server; look again later"
_PARKED = "the domain is for sale, parked, or has only the server's first page"
_SAYS_NOTHING = "every address gets this page, which does not say that anything is missing; look at it in a browser"
_NOTHING_ELSE = "the host answers everything, its home page too, with the same few words; look at them in a browser"
_GATES = {
    "empty": "a page with next to no text, perhaps filled in by scripts",
    "login": "a sign-in form",
    "blocked": "a page that refuses us",
}
_BRIEF_CHARS = 600
"""A page with more to say is content that is given for every address; refusals, outages and gates in words that we do
not know are as brief as those in words that we know (our judgement)."""
_REFUSES_SURELY = 0.8
"""From this chance a page is a refusal and nothing else; below, such words stand on pages of any kind."""


def judge_content(case: Case) -> Verdict:
    """The last rule: reads the page, and compares it with the sibling's where that was asked."""
    page = case.answer.page
    if page is None and case.answer.glance is None:
        return _alive(case, 0.9, "not an HTML page, so only its status was judged")
    reading = GLANCED if page is None else read_page_class(page)
    return _judge_words(case, reading) or _judge_beside_sibling(case, page, reading)


def says_loudly(page: PageFacts) -> bool:
    """Whether a page says in so many words that nothing is there (by itself no verdict)."""
    return read_page_class(page).p_not_found_0_1 >= _SAYS_IT_LOUDLY


def _judge_words(case: Case, reading: PageReading) -> Verdict | None:
    """Classes that need no sibling."""
    if reading.page_class == "parked" and not _home_is_fine(case):
        return case.verdict(VerdictKind.PARKED, _PARKED, 0.85, *_spoken(reading))
    if reading.page_class == "blocked" and reading.p_class_0_1 >= _REFUSES_SURELY:
        return case.verdict(VerdictKind.BLOCKED, "the page refuses us in words", 0.85, *_spoken(reading))
    if is_home(case.asked) and reading.p_not_found_0_1 < _SAYS_IT_LOUDLY:
        return _alive(case, 0.9, "a home page is not compared with anything", reading=reading)
    return None


def _judge_beside_sibling(case: Case, page: PageFacts | None, reading: PageReading) -> Verdict:
    sibling = case.context.sibling
    if sibling is None or sibling.failure is not None or (sibling.status_code or 500) >= 500 or refuses(sibling):
        return _judge_alone(case, reading)
    if _hard_dead(sibling) or sibling.page is None or _sent_elsewhere(sibling):
        return _judge_cleared(case, reading)
    if page is None:
        return _judge_alone(case, reading)
    other = read_page_class(sibling.page)
    return _judge_likeness(case, reading, other, compare_with(case.asked, page, sibling, case.home_page))


def _judge_alone(case: Case, reading: PageReading) -> Verdict:
    """Words alone never make a verdict certain: they flag 3 of 5 live articles titled like a 404 (our measurement)."""
    note = "what a random address beside it answers is not known"
    if reading.p_not_found_0_1 >= SAYS_NOT_FOUND:
        reason = "the page reads like a not-found page; comparing with a random address beside it would settle it"
        return _unsure(case, reason, note, reading=reading)
    if reading.page_class == "maintenance":
        return _unsure(case, _MAINTENANCE, note, reading=reading)
    if reading.page_class == "empty":
        return _alive(case, 0.6, note, "the page has next to no text without scripts", reading=reading)
    return _alive(case, 0.85, note, reading=reading)


def _judge_cleared(case: Case, reading: PageReading) -> Verdict:
    """The server tells addresses that do not exist apart, so 200 means that it has something here."""
    note = "a random address beside it gets a different answer"
    if reading.p_not_found_0_1 >= _SAYS_IT_LOUDLY:
        reason = "the server has this address, but the page says that its content is gone; read it in a browser"
        return _unsure(case, reason, note, reading=reading)
    return _alive(case, 0.98, note, reading=reading)


def _judge_likeness(case: Case, reading: PageReading, other: PageReading, alike: Likeness) -> Verdict:
    """Both answer 200 with a page: soft 404 when it is the same page, or both say that nothing is there."""
    note = (
        f"beside a random address: {alike.overlap_0_1:.0%} of the text is the same, "
        f"{'the same title' if alike.same_title else 'another title'}"
    )
    if alike.same_page:
        return _judge_same(case, reading, alike, note)
    says, other_says = (r.p_not_found_0_1 >= SAYS_NOT_FOUND for r in (reading, other))
    near = alike.same_title or alike.overlap_0_1 >= _NEAR_OVERLAP
    if says and other_says and near:
        return _soft_404(case, 0.93, note, "both pages say that nothing is there", reading=reading)
    if says and (near or reading.p_not_found_0_1 >= _SAYS_IT_LOUDLY):
        reason = "the page reads like a not-found page, but a random address gets another one; read it in a browser"
        return _unsure(case, reason, note, reading=reading)
    if alike.same_title and min(reading.p_not_found_0_1, other.p_not_found_0_1) >= HINTS_NOT_FOUND:
        reason = (
            "the page hints that nothing is there, as a random address does under the same title; read it in a browser"
        )
        return _unsure(case, reason, note, reading=reading)
    if alike.short and alike.overlap_0_1 >= SAME_OVERLAP and not other_says:
        reason = "too little text to tell it from what a random address gets; look at it in a browser"
        return _unsure(case, reason, note, reading=reading)
    return _alive(case, 0.95 if alike.overlap_0_1 < _NEAR_OVERLAP else 0.8, note, reading=reading)


def _judge_same(case: Case, reading: PageReading, alike: Likeness, note: str) -> Verdict:
    page = case.answer.page
    gate = "empty" if page is not None and page.script_only else reading.page_class
    if gate in _GATES:
        return _unsure(case, f"every address gets {_GATES[gate]}; needs a browser", note, reading=reading)
    if reading.page_class == "maintenance":
        return _unsure(case, _MAINTENANCE, note, reading=reading)
    if reading.p_not_found_0_1 < SAYS_NOT_FOUND and shows_nothing_else(case):
        return _unsure(case, _NOTHING_ELSE, note, reading=reading)
    if reading.p_not_found_0_1 < HINTS_NOT_FOUND and page is not None:
        otherwise = hears_otherwise(page)
        if otherwise or _says_nothing(case):
            return _unsure(case, _SAYS_NOTHING, note, *otherwise, reading=reading)
    return _soft_404(case, 0.93 if alike.short else 0.97, note, reading=reading)


def _says_nothing(case: Case) -> bool:
    """Whether the page that every address gets names itself a gate, or is brief and without the frame of a site.

    Without a word of "not found" such a page is as well a refusal or an outage that spares the home page; a site's own
    system, which gives one page for all it does not know, puts its menu around it.
    """
    page, home = case.answer.page, case.home_page
    if page is None or (home is not None and compare_pages(page, home, None, ()).same_page):
        return False
    return is_bare(page, _BRIEF_CHARS) or gate_words(page) != ""


def _soft_404(case: Case, confidence_0_1: float, *evidence: str, reading: PageReading) -> Verdict:
    reason = "answers 200 with the page that every address gets"
    said = (*evidence, *_spoken(reading))
    return case.verdict(VerdictKind.SOFT_404, reason, confidence_0_1, *said, p_not_found_0_1=reading.p_not_found_0_1)


def _unsure(case: Case, reason: str, *evidence: str, reading: PageReading) -> Verdict:
    confidence = min(0.7, max(reading.p_not_found_0_1, 0.3))
    said = (*evidence, *_spoken(reading))
    return case.verdict(VerdictKind.UNSURE, reason, confidence, *said, p_not_found_0_1=reading.p_not_found_0_1)


def _alive(case: Case, confidence_0_1: float, *evidence: str, reading: PageReading | None = None) -> Verdict:
    p = None if reading is None else reading.p_not_found_0_1
    if case.answer.glance is not None:
        evidence = (*evidence, _SKIMMED)
    if case.shape is None:
        status = case.answer.status_code
        return case.verdict(
            VerdictKind.ALIVE, f"{status}: the page is there", confidence_0_1, *evidence, p_not_found_0_1=p
        )
    words = _SHAPE_WORDS[case.shape] if not deep_to_other_home(case) else "the home page of another domain"
    reason = f"sent to {words}, {case.final.without_fragment[:200]}"
    return case.verdict(VerdictKind.REDIRECTED, reason, confidence_0_1, *evidence, p_not_found_0_1=p)


_SHAPE_WORDS = {
    RedirectShape.SAME_PAGE: "another form of the same address",
    RedirectShape.PARENT: "a folder above it",
    RedirectShape.LOGIN: "a sign-in page",
    RedirectShape.HOME: "the home page",
    RedirectShape.OTHER_OWNER: "another domain",
    RedirectShape.OTHER: "another page",
}


def _hard_dead(answer: Answer) -> bool:
    """Of what is no refusal."""
    return answer.status_code is not None and 400 <= answer.status_code < 500


def _sent_elsewhere(sibling: Answer) -> bool:
    if not sibling.redirected:
        return False
    asked, final = parse(sibling.url), parse(sibling.final_url)
    return asked is not None and final is not None and asked.path.strip("/") != final.path.strip("/")


def _home_is_fine(case: Case) -> bool:
    home = case.context.home
    return home is not None and home.page is not None and read_page_class(home.page).page_class == "ok"


def _spoken(reading: PageReading) -> tuple[str, ...]:
    """What the page itself says for its class, with the model's chance where it says that nothing is there."""
    if reading.page_class != "not_found":
        return reading.said
    return (*reading.said, f"by its words and shape alone a not-found page with {reading.p_not_found_0_1:.0%}")
