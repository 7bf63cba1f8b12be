"""The judgement of one look at a URL: rules in a fixed order, each with its evidence in words.

Order: failure, bot wall, broken chain, status, what the query is worth, where a redirect lands, a gate, and last the
page itself beside what a random sibling gets. A rule that cannot tell leaves it to the next; what none can tell is
"unsure" with what would settle it.
"""

from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, RedirectShape, Verdict, VerdictKind
from linkreclaim.verdict.case import Case, Context, open_case
from linkreclaim.verdict.content import judge_content, says_loudly
from linkreclaim.verdict.gates import gate_words, judge_gate
from linkreclaim.verdict.landing import deep_to_other_home, judge_landing
from linkreclaim.verdict.query import query_in_doubt, settle_query
from linkreclaim.verdict.shape import is_home, is_plain, sent_to_error_page
from linkreclaim.verdict.status import judge_chain, judge_failure, judge_status, judge_wall

_BY_ANSWER = (judge_failure, judge_wall, judge_chain, judge_status)


def judge(answer: Answer, context: Context) -> Verdict:
    """What one look at a URL means. Pure; cost: about 2 ms for a page, 20 us without one."""
    case = open_case(answer, context)
    if case is None:
        return Verdict(VerdictKind.SKIPPED, "not an http or https address", 1.0)
    for rule in _BY_ANSWER:
        verdict = rule(case)
        if verdict is not None:
            return verdict
    settled = settle_query(case)
    return settled if isinstance(settled, Verdict) else _judge_end(settled)


def _judge_end(case: Case) -> Verdict:
    return judge_landing(case) or judge_gate(case) or judge_content(case)


def wants_sibling(answer: Answer, site: Site | None) -> bool:
    """True only when what a random sibling answers could change the verdict: a 200 HTML page or a redirect whose end
    says nothing by itself; never for a refusal, an error, what is dead already, or a home page that reads like one."""
    case = open_case(answer, Context(site=site))
    if case is None or answer.status_code not in range(200, 300) or judge_wall(case):
        return False
    if is_home(case.asked):
        return answer.page is not None and says_loudly(answer.page)
    if answer.glance is not None and case.shape in (None, RedirectShape.SAME_PAGE):
        return True
    if case.shape in (None, RedirectShape.SAME_PAGE):
        return answer.page is not None and (not is_plain(answer.content_type) or says_loudly(answer.page))
    if case.shape is RedirectShape.OTHER_OWNER:
        return deep_to_other_home(case)
    return case.shape is not RedirectShape.LOGIN and not sent_to_error_page(case.asked, case.final)


def wants_home(answer: Answer) -> bool:
    """True where the home page alone could change the verdict: a host that refuses us there, too, proves nothing by a
    404. Once a host is enough."""
    case = open_case(answer, Context())
    return case is not None and answer.status_code in (404, 410) and not is_home(case.asked)


def wants_path_sibling(answer: Answer, context: Context) -> bool:
    """True only when the sibling with another query got the same: then a random path without one decides, and the
    sibling of `bare_path` belongs into the context. Cost: about 1 ms where a query is there to be doubted."""
    case = open_case(answer, context)
    return case is not None and query_in_doubt(case)


def wants_page(context: Context) -> bool:
    """True when a glance at a page is not enough: a random sibling gets a page, too, or the home page is a gate, and
    the pages must be compared."""
    sibling, home = context.sibling, context.home
    if sibling is not None and sibling.page is not None and sibling.status_code in range(200, 300):
        return True
    return home is not None and home.page is not None and gate_words(home.page) != ""
