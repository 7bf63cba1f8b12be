"""Verdicts that the transport and the status code give alone: three outcomes, dead, alive and cannot tell.

Source: RFC 9110 section 15 for the codes; docs/verdicts.md for why a refusal, a 5xx or a timeout is never "dead".
"""

from linkreclaim.model.verdicts import Answer, FailureKind, RedirectShape, Verdict, VerdictKind
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.walls import find_wall

_REFUSALS = {
    401: "wants a password",
    403: "refuses us",
    407: "wants a proxy password",
    429: "says that we ask too often",
    451: "is withheld for legal reasons here",
    999: "refuses us as a bot",
}
_SKIPS = {
    FailureKind.PRIVATE_ADDRESS: "leads to a private address, which is not asked without --allow-private",
    FailureKind.ROBOTS: "robots.txt forbids asking it",
    FailureKind.UNSUPPORTED: "has a scheme or port that is not asked",
}
_FAILURES = {
    FailureKind.DNS: "the host name does not exist",
    FailureKind.DNS_TEMPORARY: "the name server gave no answer",
    FailureKind.REFUSED: "the server refused the connection",
    FailureKind.TIMEOUT: "no answer in time",
    FailureKind.TLS: "the secure connection failed",
    FailureKind.RESET: "the connection broke",
    FailureKind.TOO_LARGE: "the answer was too large to read",
    FailureKind.PROTOCOL: "the server did not speak HTTP",
}
_UNSETTLED = {
    400: "the server did not understand our request; open it in a browser",
    402: "the page asks for payment; open it in a browser",
    405: "the server refuses this way of asking; ask with GET from a browser",
    406: "the server dislikes our headers, often a firewall; open it in a browser",
    408: "the server gave up waiting; look again later",
    425: "the server wants the request again; look again later",
}


def judge_failure(case: Case) -> Verdict | None:
    """No usable answer at all: skipped by rule, or unreachable with its kind."""
    failure = case.answer.failure
    if failure is None:
        return None
    detail = (case.answer.failure_detail,) if case.answer.failure_detail else ()
    if failure in _SKIPS:
        return case.verdict(VerdictKind.SKIPPED, _SKIPS[failure], 1.0, *detail)
    if _is_former_host(case):
        return Verdict(
            VerdictKind.UNREACHABLE,
            f"the former host {case.asked.netloc} answers at no look",
            0.95,
            (*detail, f"{case.asked.netloc} was named as a former host of the site", _FAILURES[failure]),
            former_host=True,
        )
    return case.verdict(VerdictKind.UNREACHABLE, f"{failure.value}: {_FAILURES[failure]}", 0.9, *detail)


def judge_wall(case: Case) -> Verdict | None:
    """A bot wall answered, with whatever status."""
    wall = find_wall(case.answer)
    return case.verdict(VerdictKind.BLOCKED, "a bot check stands before the page", 0.95, wall) if wall else None


def judge_chain(case: Case) -> Verdict | None:
    """A redirect that never ends, or ends without saying where."""
    answer = case.answer
    if answer.loop:
        return case.verdict(VerdictKind.REDIRECT_BROKEN, "the redirects run in a circle", 0.95)
    if answer.too_many_hops:
        reason = f"more than {max(len(answer.hops) - 1, 1)} redirects in a row"
        return case.verdict(VerdictKind.REDIRECT_BROKEN, reason, 0.9)
    if answer.status_code in (301, 302, 303, 307, 308):
        return case.verdict(VerdictKind.REDIRECT_BROKEN, "a redirect that does not say where to", 0.9)
    return None


def judge_status(case: Case) -> Verdict | None:
    """Every status but success; None for 2xx and 304, which the page decides."""
    status = case.answer.status_code
    if status is None:
        return case.verdict(VerdictKind.UNSURE, "no answer was recorded; look again", 0.0)
    if status in (404, 410):
        return _judge_missing(case, status)
    if status in _REFUSALS:
        return case.verdict(VerdictKind.BLOCKED, f"{status}: the page {_REFUSALS[status]}", 0.9)
    if 500 <= status < 600:
        return case.verdict(VerdictKind.SERVER_ERROR, f"{status}: the server is in trouble; look again later", 0.9)
    if status not in range(200, 300) and status != 304:
        settle = _UNSETTLED.get(status, "an unusual status; open it in a browser")
        return case.verdict(VerdictKind.UNSURE, f"{status}: {settle}", 0.5)
    return None


def refuses(answer: Answer) -> bool:
    """Whether an answer is a refusal or a bot wall: nothing of its host can then be told."""
    return answer.status_code in _REFUSALS or find_wall(answer) is not None


def _judge_missing(case: Case, status: int) -> Verdict:
    home = case.context.home
    if home is not None and refuses(home):
        reason = f"{status}, but the host refuses us on its home page too; open it in a browser"
        return case.verdict(VerdictKind.UNSURE, reason, 0.5, "a refusing host's 404 is no evidence")
    if case.shape not in (None, RedirectShape.SAME_PAGE):
        return case.verdict(
            VerdictKind.REDIRECT_BROKEN, f"a dead end: the redirect leads to a page that answers {status}", 0.97
        )
    kind = VerdictKind.NOT_FOUND if status == 404 else VerdictKind.GONE
    words = "the server does not have the page" if status == 404 else "the server says that the page is gone for good"
    return case.verdict(kind, f"{status}: {words}", 0.97 if status == 404 else 0.99)


def _is_former_host(case: Case) -> bool:
    site = case.context.site
    return case.context.host_resolves is False and site is not None and site.owned(case.asked.netloc)
