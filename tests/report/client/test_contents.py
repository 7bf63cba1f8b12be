"""What the client report says: plain words, honest figures, nothing more certain than the evidence."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from tests.report.client.conftest import MakeFacts, MakePoint

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.overviews import Decided, Share
from linkreclaim.model.reports import AuditSummary, DeadPageRow, Plan
from linkreclaim.report.client import ClientFacts, ClientReport, write_client_report
from linkreclaim.report.client.blocks import Section

DeadPage = Callable[..., DeadPageRow]


def words_of(value: Any) -> Iterator[str]:
    """Every text of a report."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from words_of(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))


def told(facts: ClientFacts, chapter: str) -> str:
    (section,) = (each for each in write_client_report(facts).sections if each.name == chapter)
    return " ".join(filter(None, words_of(section)))


def chapters(report: ClientReport) -> list[str]:
    return [section.name for section in report.sections if isinstance(section, Section)]


def test_the_headline_counts_the_work_and_what_it_should_bring_back(facts: MakeFacts) -> None:
    report = write_client_report(facts())
    assert report.headline == "1 rule and 1 redirect should bring back about 73 % of the link value that was lost."
    assert report.detail == "97 links from other sites lead to 10 pages that are no longer there."


def test_the_agency_and_the_day_of_the_audit_are_named(facts: MakeFacts) -> None:
    assert write_client_report(facts(), "Fairlink").prepared == "Prepared by Fairlink, 22 November 2026"
    assert write_client_report(facts()).prepared == "22 November 2026"


def test_without_a_fitting_page_nothing_is_promised(facts: MakeFacts, plan: Plan) -> None:
    none = replace(plan, figures=replace(plan.figures, rules=0, redirects=0))
    assert "no page of the site clearly replaces" in write_client_report(facts(plan=none)).headline


def test_no_loss_is_said_and_leaves_no_empty_chapters(
    facts: MakeFacts, summary: Callable[..., AuditSummary], plan: Plan
) -> None:
    report = write_client_report(facts(summary=summary(dead_with_links=0, broken_backlinks=0), plan=plan))
    assert report.headline == "No lost links were found."
    assert chapters(report) == ["found", "regained", "unknown", "sources", "words"]


class TestWhatHasComeBack:
    def test_a_first_audit_compares_with_nothing(self, facts: MakeFacts) -> None:
        assert "first check" in told(facts(), "regained")
        assert not any(
            "come back" in figure.words and "plan" not in figure.words
            for figure in write_client_report(facts()).figures
        )

    def test_later_ones_say_how_much_of_what_was_found_is_back(self, facts: MakeFacts, point: MakePoint) -> None:
        later = point(30, run_id=2, lost_share_0_1=0.3, regained_share_0_1=0.1, regained_pages=3)
        words = told(facts(recovery=(point(), later)), "regained")
        assert "Since 1 September 2026, 3 pages work again" in words
        assert "25 % of the link value found lost so far" in words

    def test_nothing_back_is_said(self, facts: MakeFacts, point: MakePoint) -> None:
        assert "none works again yet" in told(facts(recovery=(point(), point(30))), "regained")

    def test_an_audit_that_could_not_tell_much_is_marked(self, facts: MakeFacts, point: MakePoint) -> None:
        words = told(facts(recovery=(point(), point(30, untold_share_0_1=0.4))), "regained")
        assert "Hollow dots (1 October 2026)" in words
        assert "Hollow" not in told(facts(recovery=(point(), point(30))), "regained")

    def test_what_was_agreed_is_no_success_yet(self, facts: MakeFacts) -> None:
        words = told(facts(decided=Decided(Share(4, 40, 0.92), Share(0, 0, 0.0))), "regained")
        assert "agreed for 4 lost pages, which hold 50 % of what is lost now" in words
        assert "will be seen at the next check" in words


class TestWork:
    def test_each_piece_of_work_has_somebody_to_do_it(self, facts: MakeFacts) -> None:
        words = told(facts(), "work")
        assert "Whoever looks after the web server 1 rule, 1 redirect" in words
        assert "Whoever writes the pages 1 page to bring back 2 hours 8 %" in words
        assert "Decide about 2 lost pages" in words

    def test_addresses_of_the_site_are_told_by_their_paths(self, facts: MakeFacts) -> None:
        assert "/a → /b" in told(facts(), "work")

    def test_reasons_use_the_words_that_are_explained(self, facts: MakeFacts, plan: Plan) -> None:
        steps = tuple(replace(step, why="they hold 72 % of the lost equity") for step in plan.steps)
        words = told(facts(plan=replace(plan, steps=steps)), "work")
        assert "72 % of the lost link value" in words

    def test_without_steps_the_owner_has_to_look(self, facts: MakeFacts, plan: Plan) -> None:
        assert "one by one" in told(facts(plan=replace(plan, steps=())), "work")


class TestLostPages:
    def test_a_page_says_what_why_whither_and_who_links(self, facts: MakeFacts) -> None:
        words = told(facts(), "pages")
        for part in ("The old guide", "40 %", "12 links from 7 websites", "Moved in a restructure", "Likely.",
                     "97 % sure that this page replaces it", "https://news.example/list", "Link seen"):  # fmt: skip
            assert part in words

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"looks_dead": 1}, "Seen lost once so far"),
            ({"looks_dead": 2}, "Found lost in 2 checks since 22 November 2026; not confirmed yet."),
            ({"looks_dead": 3, "confirmed": True}, "Confirmed: found lost in 3 checks since 22 November 2026."),
            ({"cause_confidence_0_1": 0.95}, "Very likely."),
            ({"cause_confidence_0_1": 0.3}, "A guess."),
            ({"cause": Cause.UNSURE}, "Cause unclear"),
            ({"decision": DecisionState.ACCEPTED}, "Agreed."),
            ({"decision": DecisionState.REJECTED, "disposition": Disposition.REVIEW}, "Decided against."),
            ({"disposition": Disposition.RESTORE, "target_url": None}, "Bring the page back"),
        ],
    )
    def test_nothing_is_more_certain_than_the_evidence(
        self, facts: MakeFacts, dead_page: DeadPage, changes: dict[str, Any], said: str
    ) -> None:
        assert said in told(facts([dead_page(**changes)]), "pages")

    def test_what_a_person_agreed_to_needs_no_percentage(self, facts: MakeFacts, dead_page: DeadPage) -> None:
        assert "sure that this page" not in told(facts([dead_page(decision=DecisionState.ACCEPTED)]), "pages")


def test_what_could_not_be_told_is_no_loss(facts: MakeFacts) -> None:
    words = told(facts(), "unknown")
    assert "5 addresses gave no clear answer" in words
    assert "None of these addresses is counted as lost." in words
    assert "no source names" in words


def test_only_explained_words_are_used(facts: MakeFacts, point: MakePoint) -> None:
    words = " ".join(words_of(write_client_report(facts(recovery=(point(), point(9)))))).lower()
    assert [
        jargon for jargon in ("equity", "301", "canonical", "referring", "crawl", "dofollow") if jargon in words
    ] == []
