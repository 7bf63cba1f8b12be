"""Sure answers raise the confidence of those that moved by the same rule, and change nothing else."""

from linkreclaim.match.vouch import SUPPORT, VOUCHED_0_1, vouch
from linkreclaim.model.matches import Candidate, Match

SITE = "https://site.example"
NAMES = ("fines", "divorce", "tenants", "leases", "wills")


def answer(old: str, new: str, confidence_0_1: float) -> Match:
    candidates = (Candidate(SITE + new, confidence_0_1), Candidate(SITE + "/about", 0.01))
    return Match(SITE + old, SITE + new, confidence_0_1, candidates, "Nearly the same slug.")


def moved(names: tuple[str, ...] = NAMES) -> list[Match]:
    return [answer(f"/blog/{name}", f"/news/{name}", 0.98) for name in names]


UNSURE = answer("/blog/dismissal", "/news/dismissal", 0.6)


def test_a_page_that_moved_like_the_others_is_surer() -> None:
    *others, vouched = vouch([*moved(), UNSURE], [])
    assert others == moved()
    assert (vouched.target_url, vouched.confidence_0_1) == (UNSURE.target_url, VOUCHED_0_1)
    assert vouched.candidates == (Candidate(f"{SITE}/news/dismissal", VOUCHED_0_1), UNSURE.candidates[1])
    assert vouched.reason == "Nearly the same slug. 5 other pages moved by the same rule."


def test_redirects_that_work_vouch_too() -> None:
    known = [(f"{SITE}/blog/{name}", f"{SITE}/news/{name}") for name in NAMES]
    assert next(vouch([UNSURE], known)).confidence_0_1 == VOUCHED_0_1


def test_the_order_of_answers_does_not_matter() -> None:
    given = [*moved(), UNSURE, answer("/shop/1", "/goods/one", 0.4)]
    assert list(vouch(reversed(given), [])) == list(vouch(given, []))[::-1]


def test_a_rule_that_leads_elsewhere_changes_nothing() -> None:
    elsewhere = answer("/blog/dismissal", "/news/2021/dismissal-in-illness", 0.6)
    assert list(vouch([*moved(), elsewhere], []))[-1] == elsewhere


def test_few_pages_or_a_rule_with_exceptions_vouch_for_nobody() -> None:
    few = [*moved(NAMES[: SUPPORT - 1]), UNSURE]
    assert list(vouch(few, [])) == few
    torn = [*moved(), *(answer(f"/blog/{n}-law", f"/law/{n}", 0.98) for n in NAMES), UNSURE]
    assert list(vouch(torn, [])) == torn


def test_no_page_vouches_for_itself() -> None:
    sure = [answer(f"/blog/{name}", f"/news/{name}", 0.95) for name in NAMES[:SUPPORT]]
    assert list(vouch(sure, [])) == sure


def test_pages_named_by_a_query_and_pages_without_a_target_stay_as_they_are() -> None:
    named = answer("/blog/?p=12", "/news/dismissal", 0.6)
    lost = Match(f"{SITE}/blog/lost", None, 0.05, (), "No live page shares a word with it.")
    assert list(vouch([*moved(), named, lost], []))[-2:] == [named, lost]
