"""Sure answers raise the confidence of those that moved by the same rule, and change nothing else."""

from collections.abc import Iterable, Iterator, Sequence

from linkreclaim.match.vouch import SUPPORT, VOUCHED_0_1, Answer, vouch
from linkreclaim.model.matches import Candidate, Match

SITE = "https://site.example"
NAMES = ("fines", "divorce", "tenants", "leases", "wills")


def answer(old: str, new: str, confidence_0_1: float) -> Match:
    candidates = (Candidate(SITE + new, confidence_0_1), Candidate(SITE + "/about", 0.01))
    return Match(SITE + old, SITE + new, confidence_0_1, candidates, "Nearly the same slug.")


def moved(names: tuple[str, ...] = NAMES) -> list[Match]:
    return [answer(f"/blog/{name}", f"/news/{name}", 0.98) for name in names]


def vouched(matches: Iterable[Match], known: Sequence[tuple[str, str]]) -> Iterator[Match]:
    return vouch(map(Answer, matches), known)


UNSURE = answer("/blog/dismissal", "/news/dismissal", 0.6)


def test_a_page_that_moved_like_the_others_is_surer() -> None:
    *others, surer = vouched([*moved(), UNSURE], [])
    assert others == moved()
    assert (surer.target_url, surer.confidence_0_1) == (UNSURE.target_url, VOUCHED_0_1)
    assert surer.candidates == (Candidate(f"{SITE}/news/dismissal", VOUCHED_0_1), UNSURE.candidates[1])
    assert surer.reason == "Nearly the same slug. 5 other pages moved by the same rule."


def test_redirects_that_work_vouch_too() -> None:
    known = [(f"{SITE}/blog/{name}", f"{SITE}/news/{name}") for name in NAMES]
    assert next(vouched([UNSURE], known)).confidence_0_1 == VOUCHED_0_1


def test_the_order_of_answers_does_not_matter() -> None:
    given = [*moved(), UNSURE, answer("/shop/1", "/goods/one", 0.4)]
    assert list(vouched(reversed(given), [])) == list(vouched(given, []))[::-1]


def test_a_rule_that_leads_elsewhere_changes_nothing() -> None:
    elsewhere = answer("/blog/dismissal", "/news/2021/dismissal-in-illness", 0.6)
    assert list(vouched([*moved(), elsewhere], []))[-1] == elsewhere


def test_few_pages_or_a_rule_with_exceptions_vouch_for_nobody() -> None:
    few = [*moved(NAMES[: SUPPORT - 1]), UNSURE]
    assert list(vouched(few, [])) == few
    torn = [*moved(), *(answer(f"/blog/{n}-law", f"/law/{n}", 0.98) for n in NAMES), UNSURE]
    assert list(vouched(torn, [])) == torn


def test_no_page_vouches_for_itself() -> None:
    sure = [answer(f"/blog/{name}", f"/news/{name}", 0.95) for name in NAMES[:SUPPORT]]
    assert list(vouched(sure, [])) == sure


def test_pages_named_by_a_query_and_pages_without_a_target_stay_as_they_are() -> None:
    named = answer("/blog/?p=12", "/news/dismissal", 0.6)
    lost = Match(f"{SITE}/blog/lost", None, 0.05, (), "No live page shares a word with it.")
    assert list(vouched([*moved(), named, lost], []))[-2:] == [named, lost]


def test_a_doubted_answer_is_neither_vouched_for_nor_a_teacher() -> None:
    told = [*map(Answer, moved()), Answer(UNSURE, doubted=True)]
    assert list(vouch(told, []))[-1] == UNSURE
    doubted = [*(Answer(one, doubted=True) for one in moved()), Answer(UNSURE)]
    assert list(vouch(doubted, []))[-1] == UNSURE
