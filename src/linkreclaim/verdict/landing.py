"""Verdicts on where a redirect lands: home, an error page, one page for everything, a gate, another owner."""

import re
from urllib.parse import quote, quote_plus

from linkreclaim.model.verdicts import Answer, RedirectShape, Verdict, VerdictKind
from linkreclaim.urls import Url, decode_path, parse
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.gates import find_gate_landed_on
from linkreclaim.verdict.reading import read_page_class
from linkreclaim.verdict.shape import is_home, is_not_found_page, is_search, sent_to_error_page
from linkreclaim.verdict.sibling import compare_with

_SHORTEST_ECHO = 2
_EXTENSION = re.compile(r"\.(?!\d+$)[A-Za-z0-9]{1,5}$")
_SEPARATORS = re.compile(r"[-_+.\s]+")


def judge_landing(case: Case) -> Verdict | None:
    """What the end of a redirect says; None when the page it ends on has to be read."""
    if case.shape in (None, RedirectShape.SAME_PAGE):
        return None
    if case.shape is RedirectShape.LOGIN:
        return case.verdict(VerdictKind.REDIRECTED, "sent to a sign-in page: what is behind it cannot be seen", 0.8)
    if case.shape is RedirectShape.HOME:
        return _judge_home(case)
    if sent_to_error_page(case.asked, case.final):
        if not is_not_found_page(case.final) and (gate := find_gate_landed_on(case)):
            return _at_gate(case, gate)
        confidence = 0.95 if is_not_found_page(case.final) else 0.8
        return case.verdict(VerdictKind.SOFT_404, f"sent to the error page {_short(case.final)}", confidence)
    return _judge_shared_landing(case) if lands_together(case, case.context.sibling) else None


def deep_to_other_home(case: Case) -> bool:
    """Whether a page's redirect leads to the home page of another owner."""
    return case.shape is RedirectShape.OTHER_OWNER and is_home(case.final) and not is_home(case.asked)


def _judge_home(case: Case) -> Verdict:
    """Deep to root alone is suspicion, confirmed when an address that cannot exist lands there too.

    Source: search engines treat a redirect to the home page as a soft 404 (Google Search Central, John Mueller), so it
    is dead even where the owner chose it; confidences are judgement.
    """
    sibling = case.context.sibling
    reason = f"sent to the home page {_short(case.final)}"
    if sibling is None or sibling.failure is not None:
        return case.verdict(VerdictKind.REDIRECTED_HOME, reason, 0.85, "a random address beside it was not asked")
    if lands_together(case, sibling):
        evidence = "a random address beside it is sent there too"
        return case.verdict(VerdictKind.REDIRECTED_HOME, reason, 0.97, evidence)
    evidence = "a random address beside it is not sent there: someone chose the home page for this one"
    return case.verdict(VerdictKind.REDIRECTED_HOME, reason, 0.8, evidence)


def _judge_shared_landing(case: Case) -> Verdict | None:
    """The sibling is sent to the very same page."""
    if is_search(case.final):
        return _judge_search(case)
    if _echoes(case.asked, case.final):
        reason = f"every address passes through {_short(case.final)} first; open it in a browser"
        return case.verdict(VerdictKind.UNSURE, reason, 0.5, "the address asked is carried along in the redirect")
    evidence = "a random address beside it is sent to the same page"
    if deep_to_other_home(case):
        reason = f"every address is sent to the home page of another domain, {_short(case.final)}"
        return case.verdict(VerdictKind.REDIRECTED_HOME, reason, 0.9, evidence)
    if case.shape is RedirectShape.OTHER_OWNER:
        return None
    gate = find_gate_landed_on(case)
    if gate:
        return _at_gate(case, gate)
    if case.answer.page is not None and read_page_class(case.answer.page).page_class == "parked":
        return None
    return case.verdict(
        VerdictKind.SOFT_404, f"every address in this folder is sent to {_short(case.final)}", 0.93, evidence
    )


def _at_gate(case: Case, gate: str) -> Verdict:
    reason = f"sent to {_short(case.final)}, {gate}; open it in a browser"
    return case.verdict(VerdictKind.UNSURE, reason, 0.5, "this says nothing about the address asked")


def _judge_search(case: Case) -> Verdict:
    """What is lost is looked for instead; where that finds nothing more than a random name does, nothing is there."""
    place = f"every address is sent to the site's search, {_short(case.final)}"
    if _differs(case):
        return case.verdict(VerdictKind.UNSURE, f"{place}, which may have found something; look at it", 0.5)
    return case.verdict(VerdictKind.SOFT_404, place, 0.9, "a random address beside it is sent there too")


def _differs(case: Case) -> bool:
    page, sibling = case.answer.page, case.context.sibling
    if page is None or sibling is None or sibling.page is None:
        return False
    return not compare_with(case.asked, page, sibling, case.home_page).same_page


def lands_together(case: Case, sibling: Answer | None) -> bool:
    """Whether a sibling is sent to the very same page, the addresses asked taken out of it."""
    if sibling is None or not _landed(sibling) or sibling.status_code != case.answer.status_code:
        return False
    asked, final = parse(sibling.url), parse(_landing(sibling))
    return asked is not None and final is not None and _masked(case.final, case.asked) == _masked(final, asked)


def _landed(answer: Answer) -> bool:
    return answer.redirected or (answer.page is not None and bool(answer.page.meta_refresh))


def _landing(answer: Answer) -> str:
    return (answer.page.meta_refresh if answer.page is not None else "") or answer.final_url


def _masked(final: Url, asked: Url) -> tuple[str, str]:
    """Where a redirect lands, with the asked address taken out of the query (return addresses, error reports)."""
    query = final.query or ""
    for form in _echo_forms(asked) if query else ():
        query = query.replace(form, "")
    return final.key.split("?")[0], query


def _echoes(asked: Url, final: Url) -> bool:
    query = final.query or ""
    return bool(query) and any(form in query for form in _echo_forms(asked))


def _echo_forms(asked: Url) -> tuple[str, ...]:
    """The asked address, or the words of its last name, as a query may carry them, longest first."""
    plain = (asked.without_fragment, asked.request_target, decode_path(asked.path), asked.path, *_name_forms(asked))
    forms = {
        form
        for text in plain
        for form in (text, quote(text, safe=""), quote(text, safe="/"), quote_plus(text))
        if len(form) >= _SHORTEST_ECHO
    }
    return tuple(sorted(forms, key=len, reverse=True))


def _name_forms(url: Url) -> tuple[str, ...]:
    name = decode_path(url.path.rstrip("/").rpartition("/")[2])
    stem = _EXTENSION.sub("", name)
    words = _SEPARATORS.sub(" ", stem)
    return name, stem, words, words.replace(" ", ","), _SEPARATORS.sub(" ", name)


def _short(url: Url) -> str:
    return url.without_fragment[:200]
