"""Causes are told apart by their evidence; what is as likely as something else is unsure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.diagnosis import DiagnosisFacts, Repair, Repairer, diagnose
from linkreclaim.jobs.judging.diagnose_facts import disposition_of
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.matches import Candidate, Match, Role
from linkreclaim.model.series import PastLook
from linkreclaim.model.verdicts import DEAD_KINDS, Verdict, VerdictKind
from linkreclaim.urls import Url, parse


def url(text: str) -> Url:
    """A parsed URL that must be one."""
    parsed = parse(text)
    assert parsed is not None
    return parsed


PAGE = url("https://example.com/blog/red-shoes")
NOT_FOUND = Verdict(VerdictKind.NOT_FOUND, "404", 0.97)
PLAIN = DiagnosisFacts(
    url=PAGE,
    verdict=NOT_FOUND,
    referring_domains=2,
    anchors=(),
    had_capture=False,
    neighbours_dead=0,
    neighbours_alive=0,
    on_old_host=False,
    match=None,
    mapped_like=0,
)
FITS = Match(PAGE.href, "https://example.com/resources/red-shoes", 0.9, (), "same name")
NEIGHBOUR = Match(PAGE.href, "https://example.com/blog/blue-shoes", 0.9, (), "its neighbour")
LISTING = Match(
    PAGE.href, "https://example.com/shoes", 0.9, (Candidate("https://example.com/shoes", 0.9, Role.HUB),), "its listing"
)
NONE_FITS = Match(PAGE.href, None, 0.0, (), "nothing is near")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def looks(*kinds: str) -> tuple[PastLook, ...]:
    """Looks a week apart, oldest first."""
    told = [VerdictKind(kind) for kind in kinds]
    return tuple(PastLook(NOON + timedelta(weeks=n), kind, kind in DEAD_KINDS) for n, kind in enumerate(told))


TYPO = Repair("https://example.com/blog/red-shoes", "typo", Cause.TYPO, 0.9, "a typing error corrected")
CASE = Repair("https://example.com/blog/Red-Shoes", "case", Cause.SITE_VARIANT, 0.98, "upper and lower case")


@pytest.mark.parametrize(
    ("changes", "repair", "cause"),
    [
        ({"neighbours_dead": 12, "match": FITS, "mapped_like": 8, "had_capture": True}, None, Cause.RESTRUCTURE),
        ({"neighbours_alive": 9, "match": NONE_FITS, "had_capture": True}, None, Cause.DELETED),
        ({"verdict": Verdict(VerdictKind.GONE, "410", 0.99), "match": NONE_FITS}, None, Cause.DELETED),
        ({"neighbours_alive": 9, "match": NEIGHBOUR}, None, Cause.DELETED),
        ({"match": NEIGHBOUR, "content_known": True}, None, Cause.RESTRUCTURE),
        ({"neighbours_alive": 9, "match": LISTING}, None, Cause.DELETED),
        ({"on_old_host": True, "match": FITS}, None, Cause.MOVED_HOST),
        # its path changed, too
        ({"on_old_host": True, "match": FITS, "had_capture": True, "mapped_like": 8}, None, Cause.MOVED_HOST),
        ({"referring_domains": 1}, TYPO, Cause.TYPO),
        ({"referring_domains": 7}, CASE, Cause.SITE_VARIANT),
        ({"verdict": Verdict(VerdictKind.SERVER_ERROR, "500", 0.9)}, None, Cause.TEMPORARY),
        ({"verdict": Verdict(VerdictKind.BLOCKED, "403", 0.9), "referring_domains": 9}, None, Cause.TEMPORARY),
        ({"verdict": Verdict(VerdictKind.REDIRECT_BROKEN, "loop", 0.9)}, None, Cause.LOST_REDIRECT),
        ({"url": url("https://example.com/xmlrpc.php"), "referring_domains": 0}, None, Cause.NEVER_EXISTED),
        (
            {"url": url("https://example.com/buy-viagra-cialis-cheap"), "anchors": ("cheap viagra",)},
            None,
            Cause.INJECTED,
        ),
        ({"redirected_to": FITS.target_url, "redirect_lives": True, "match": FITS}, None, Cause.LOST_REDIRECT),
        ({"looks": looks("alive", "not_found", "alive", "not_found"), "match": FITS}, None, Cause.TEMPORARY),
        ({"looks": looks("server_error", "server_error", "not_found"), "match": NONE_FITS}, None, Cause.TEMPORARY),
        ({"listed_live": True}, None, Cause.TEMPORARY),
        ({"url": url("https://example.com/blog/red-sh..."), "match": NONE_FITS}, None, Cause.CUT_OFF),
        ({"url": url("https://example.com/resources/red-sh"), "match": FITS}, None, Cause.CUT_OFF),
    ],
)
def test_the_cause_follows_the_evidence(changes: dict[str, object], repair: Repair | None, cause: Cause) -> None:
    diagnosis = diagnose(replace(PLAIN, **changes), repair)  # type: ignore[arg-type]
    assert diagnosis.cause is cause
    assert diagnosis.cause_confidence_0_1 > 0.5
    assert diagnosis.evidence


@pytest.mark.parametrize(
    ("dead", "nearest", "confidence_0_1", "cause", "doubted"),
    [
        ("/blog/red-shoes", "/blog/blue-shoes", 0.9, Cause.DELETED, False),
        ("/news/2022/strike-on-friday", "/news/2024/strike-on-monday", 0.9, Cause.DELETED, False),
        ("/blog/red-shoes", "/blog/crimson-shoes", 0.97, Cause.RESTRUCTURE, False),
        ("/about/team", "/about", 0.8, Cause.DELETED, False),
        ("/apply", "/apply/dates", 0.8, Cause.DELETED, False),
        ("/about/team.html", "/about.html", 0.97, Cause.DELETED, False),
        ("/news?from=mail", "/news", 0.99, Cause.SITE_VARIANT, False),
        ("/members.php?u=7", "/members.php", 0.99, Cause.DELETED, True),
        ("/forum.php?f=9", "/forum.php?f=2", 0.6, Cause.DELETED, False),
    ],
)
def test_of_an_unknown_page_the_place_of_the_nearest_one_tells(
    dead: str, nearest: str, confidence_0_1: float, cause: Cause, doubted: bool
) -> None:
    here = "https://example.com"
    match = Match(here + dead, here + nearest, confidence_0_1, (), "the nearest")
    told = diagnose(replace(PLAIN, url=url(here + dead), neighbours_alive=1, match=match), None)
    assert (told.cause, told.doubts_target) == (cause, doubted)
    assert not [words for words in told.evidence if "its content" in words]


def test_a_program_without_its_query_is_looked_at_and_not_sent_on() -> None:
    asked = replace(PLAIN, url=url("https://example.com/list.php?id=3"), neighbours_alive=9)
    match = Match(asked.url.href, "https://example.com/list.php", 0.99, (), "the nearest")
    told = diagnose(replace(asked, match=match), None)
    assert disposition_of(asked.url.href, told, match.target_url, 3) is Disposition.REVIEW
    beside = diagnose(replace(PLAIN, neighbours_alive=9, match=NEIGHBOUR), None)
    assert disposition_of(PAGE.href, beside, NEIGHBOUR.target_url, 3) is Disposition.REDIRECT


def test_left_behind_where_the_neighbours_moved_a_page_is_deleted() -> None:
    weak = replace(FITS, confidence_0_1=0.2)
    beside = replace(PLAIN, neighbours_dead=6, neighbours_moved=4, match=weak)
    assert diagnose(beside, None).cause is Cause.DELETED
    assert diagnose(replace(beside, match=FITS), None).cause is Cause.RESTRUCTURE


def test_without_evidence_it_is_unsure() -> None:
    diagnosis = diagnose(PLAIN, None)
    assert diagnosis.cause is Cause.UNSURE
    assert "as likely" in diagnosis.evidence[0]


def test_a_typo_that_worked_once_and_is_used_by_many_was_no_typo() -> None:
    used = replace(PLAIN, referring_domains=12, had_capture=True)
    assert diagnose(used, TYPO).cause is not Cause.TYPO


def test_an_earlier_live_look_speaks_against_a_fault_at_the_source() -> None:
    seen = replace(PLAIN, referring_domains=1, looks=looks("alive", "not_found"))
    assert (
        diagnose(seen, TYPO).cause_confidence_0_1
        < diagnose(replace(PLAIN, referring_domains=1), TYPO).cause_confidence_0_1
    )


def test_a_section_of_which_nothing_is_found_was_given_up() -> None:
    gone = replace(PLAIN, neighbours_dead=12, match=NONE_FITS, had_capture=True)
    assert diagnose(gone, None).cause is Cause.DELETED
    assert diagnose(replace(gone, match=FITS), None).cause is Cause.RESTRUCTURE


def test_damage_that_can_be_seen_is_the_cause_whatever_stands_at_the_mended_address() -> None:
    mended = Repair("http://www.other.org/a", "scheme", Cause.MALFORMED, 0.6, "its http:// mended")
    assert diagnose(replace(PLAIN, url=url("http:/www.other.org/a")), mended).cause is Cause.MALFORMED


def test_without_link_data_nothing_is_said_of_domains() -> None:
    told = diagnose(replace(PLAIN, referring_domains=None), None)
    assert not [words for words in told.evidence if "domain" in words]


def test_a_former_host_that_cannot_be_reached_is_a_moved_host() -> None:
    gone = Verdict(VerdictKind.UNREACHABLE, "dns", 0.95, former_host=True)
    assert diagnose(replace(PLAIN, verdict=gone, on_old_host=True), None).cause is Cause.MOVED_HOST


def test_noise_and_spam_are_never_repaired() -> None:
    facts = replace(PLAIN, url=url("https://example.com/wp-login.php"), referring_domains=0)
    assert diagnose(facts, CASE).repaired_url is None
    assert diagnose(PLAIN, CASE).repaired_url == CASE.url


def test_repair_and_diagnosis_work_together() -> None:
    repairer = Repairer(["https://example.com/blog/red-shoes", "https://example.com/blog/winter-boots"])
    asked = url("https://example.com/blog/wintre-boots")
    diagnosis = diagnose(replace(PLAIN, url=asked, referring_domains=1), repairer.repair(asked))
    assert (diagnosis.cause, diagnosis.repaired_url) == (Cause.TYPO, "https://example.com/blog/winter-boots")


@given(
    st.builds(
        DiagnosisFacts,
        url=st.just(PAGE),
        verdict=st.sampled_from(VerdictKind).map(lambda kind: Verdict(kind, "why", 0.5)) | st.none(),
        referring_domains=st.integers(0, 10**6) | st.none(),
        anchors=st.lists(st.text(max_size=20), max_size=3).map(tuple),
        had_capture=st.booleans(),
        neighbours_dead=st.integers(0, 10**5),
        neighbours_alive=st.integers(0, 10**5),
        on_old_host=st.booleans(),
        match=st.sampled_from([None, FITS, NONE_FITS]),
        mapped_like=st.integers(0, 10**5),
        redirected_to=st.sampled_from(["", "https://example.com/"]),
        redirect_lives=st.booleans(),
        looks=st.lists(st.sampled_from([kind.value for kind in VerdictKind]), max_size=5).map(
            lambda made: looks(*made)
        ),
        listed_live=st.booleans(),
        domains=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    ),
    st.sampled_from([None, TYPO, CASE]),
)
def test_every_diagnosis_has_a_confidence_and_evidence(facts: DiagnosisFacts, repair: Repair | None) -> None:
    diagnosis = diagnose(facts, repair)
    assert 0 < diagnosis.cause_confidence_0_1 <= 1
    assert diagnosis.evidence
    assert all(diagnosis.evidence)
