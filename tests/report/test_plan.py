"""The plan in its file, on the page and in the five answers."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.test_page import words_of

from linkreclaim.model.judgements import Cause
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, Plan
from linkreclaim.report.headline import write_headline
from linkreclaim.report.page import render_html
from linkreclaim.report.plan import say_effort, write_plan
from linkreclaim.report.words import CAUSES_COUNTED

Summary = Callable[..., AuditSummary]
DeadPage = Callable[..., DeadPageRow]


def render(summary: AuditSummary, rows: list[DeadPageRow], plan: Plan, links: list[BacklinkRow] | None = None) -> str:
    return "".join(render_html(summary, rows, lambda row: links or [], plan=plan))


def test_the_file_has_a_line_for_each_step(tmp_path: Path, plan: Plan, hostile: str) -> None:
    odd = replace(plan.steps[1], what="=" + hostile, why="+" + hostile, urls=("=" + hostile,), target_url="@x")
    assert write_plan(tmp_path / "plan.csv", [plan.steps[0], odd]) == 2
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        rule, redirect = csv.DictReader(file)
    assert (rule["kind"], rule["pages"], rule["effort_hours"], rule["regained_share_0_1"]) == (
        "rule",
        "6",
        "0.1",
        "0.6",
    )
    assert rule["urls"].split(" | ")[5] == "https://example.com/blog/5"
    assert all(not cell or cell[0] not in "=+-@" for cell in redirect.values())
    assert "\u202e" not in "".join(redirect.values())


def test_five_answers_stand_first_with_the_audit_s_figures(summary: Summary, dead_page: DeadPage, plan: Plan) -> None:
    rows = [dead_page(rank=rank, cause=Cause.RESTRUCTURE) for rank in range(1, 7)]
    rows += [dead_page(rank=7, cause=Cause.DELETED), dead_page(rank=8, cause=Cause.UNSURE)]
    rows += [dead_page(rank=9, cause=Cause.INJECTED)]
    text = words_of(render(summary(plan=plan.figures), rows, plan), "#result")
    for part in (
        "What did I lose? 97 links from other sites lead to 10 pages that are gone: 18 % of the weight",
        "Why? 6 pages moved when the site changed its addresses, 1 page was taken off the site and"
        " 1 page broke for a reason that is not clear.",
        "What do I do first? Put this rule on your server; it mends 6 pages at once, about 6 minutes for 60 %",
        "/blog/NAME -> /resources/NAME",
        "What do I get back? 1 rule and 1 redirect, 12 minutes of work, should bring back 73 % of what was lost;"
        " bringing back 1 page would add 8 %.",
        "What is still unknown? 5 addresses gave no clear answer (5 blocked us), 7 linking pages could not be read,"
        " why 1 page broke is unclear, 2 pages wait for your own look and the death of 12 pages is not confirmed",
    ):
        assert part in text
    assert "spam" not in text


def test_without_a_plan_there_are_no_answers(summary: Summary, dead_page: DeadPage) -> None:
    for made in (summary(foreign=True), summary(provisional=True), summary()):
        assert "What did I lose?" not in "".join(render_html(made, [dead_page()], lambda row: []))


def test_nothing_sure_is_said_so(summary: Summary, dead_page: DeadPage, plan: Plan) -> None:
    figures = replace(plan.figures, rules=0, redirects=0, restores=0, first_rules=0, first_redirects=0)
    text = words_of(render(summary(plan=figures), [dead_page()], Plan((), figures, ())), "#result")
    assert "Links are lost, and no live page fits them." in text
    assert "No step is sure enough to be proposed" in text
    assert "No redirect can be proposed; what can be done is yours to decide." in text


@pytest.mark.parametrize(
    ("rules", "redirects", "title"),
    [
        (3, 9, "These 3 rules and 9 redirects regain 73 % of the lost equity."),
        (1, 6, "This rule and these 6 redirects regain 73 % of the lost equity."),
        (1, 1, "This rule and this redirect regain 73 % of the lost equity."),
        (1, 0, "This rule regains 73 % of the lost equity."),
        (0, 1, "This redirect regains 73 % of the lost equity."),
        (0, 9, "These 9 redirects regain 73 % of the lost equity."),
        (2, 0, "These 2 rules regain 73 % of the lost equity."),
    ],
)
def test_the_headline_counts_what_to_begin_with(
    summary: Summary, plan: Plan, rules: int, redirects: int, title: str
) -> None:
    figures = replace(plan.figures, first_rules=rules, first_redirects=redirects, rules=rules, redirects=redirects)
    assert write_headline(summary(plan=figures)).title == title


def test_the_headline_says_what_the_rest_adds(summary: Summary, plan: Plan) -> None:
    figures = replace(plan.figures, redirects=21, quick_regained_share_0_1=0.9)
    assert write_headline(summary(plan=figures)).detail.startswith("20 redirects more would add 17 %. ")


def test_the_steps_and_the_links_to_ask_for_are_shown(
    summary: Summary, dead_page: DeadPage, backlink: Callable[..., BacklinkRow], plan: Plan
) -> None:
    html = render(summary(plan=plan.figures), [dead_page()], plan, [backlink(ask_owner=True), backlink()])
    text = words_of(html, "#plan")
    for part in ("Rule /blog/NAME -> /resources/NAME", "Bring back https://example.com/c", "81 %", "2 hours",
                 "Links worth a word to their owners", "https://news.example/list", "7 %"):  # fmt: skip
        assert part in text
    assert words_of(html, ".page").count("Ask the owner to update this link.") == 1


def test_strangers_words_in_a_plan_stay_words(
    summary: Summary, dead_page: DeadPage, plan: Plan, backlink: Callable[..., BacklinkRow], hostile: str
) -> None:
    step = replace(plan.steps[0], what=hostile, why=hostile)
    request = replace(plan.requests[0], link=backlink(anchor_text=hostile), new_url="javascript:alert(1)")
    html = render(summary(plan=plan.figures), [dead_page()], Plan((step,), plan.figures, (request,)))
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "\u202e" not in html


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_told_of_one_page_and_of_many(cause: Cause) -> None:
    assert CAUSES_COUNTED[cause].format(pages="1 page", were="was").startswith("1 page ")
    assert "{" not in CAUSES_COUNTED[cause].format(pages="2 pages", were="were")


def test_effort_in_words() -> None:
    assert [say_effort(hours) for hours in (0.1, 0.5, 1, 1.5, 2, 1234)] == [
        "6 minutes", "30 minutes", "1 hour", "1.5 hours", "2 hours", "1,234 hours",
    ]  # fmt: skip
