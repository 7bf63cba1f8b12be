"""The hostile map and rules in the code of the hosts themselves: every line right, every neighbour untouched."""

import re
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from tests.conftest import RequireProgram
from tests.redirects.hostile import SITE, hostile_lines
from tests.redirects.hosts import RULE_ANSWERS, RULES, Answer, Request, ask_host, node_modules, plan_with_rules, write

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import RedirectPlan, plan_redirects
from linkreclaim.redirects.canonical import Source, source_of, target_of

ENGINES = ["aws-cloudfront", "cloudflare", "netlify", "next", "vercel"]
HANDS_ON = ["aws-cloudfront", "cloudflare"]
"""Hosts whose code hands the query on itself; with the others the network in front of it does."""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(engine: str, require_program: RequireProgram) -> Path | None:
    """Packages of the hosts; a function needs node alone."""
    if engine == "aws-cloudfront":
        require_program("node")
        return None
    return node_modules(require_program)


def hostile_plan() -> RedirectPlan:
    plan = plan_redirects(hostile_lines(), SITE)
    assert not plan.refused
    return plan


def request_for(source: Source, query: str | None = None) -> Request:
    query = source.query if query is None else query
    return source.host or "site.test", source.path + ("" if query is None else "?" + query)


def same_place(location: str | None) -> str | None:
    """Cloudflare Pages writes a target on the host that was asked as a path, with `'` in a query encoded."""
    return None if location is None else location.removeprefix("https://site.test").replace("'", "%27")


@pytest.fixture(scope="module")
def taken(engine: str) -> list[RedirectLine]:
    """The lines of the hostile map that the engine can say."""
    plan = hostile_plan()
    refused = {refusal.line for refusal in write(engine, plan).refused}
    return [line for line in plan.lines if line not in refused]


@pytest.fixture(scope="module")
def answers(engine: str, taken: list[RedirectLine], folder: Path | None) -> dict[Request, Answer]:
    """All that is asked of the hostile map, asked at once, because starting a host's code takes a second."""
    asked = {request_for(source_of(line.source)): None for line in taken}
    asked |= dict.fromkeys(untouched_neighbours(engine))
    if engine in HANDS_ON:
        asked |= dict.fromkeys(with_query(line) for line in taken)
    requests = list(asked)
    return dict(zip(requests, ask_host(write(engine, hostile_plan()), requests, folder), strict=True))


def with_query(line: RedirectLine) -> Request:
    return request_for(source_of(line.source), "utm=%41&b=c?d")


def test_every_line_is_answered_in_one_hop(taken: list[RedirectLine], answers: dict[Request, Answer]) -> None:
    wrong: list[tuple[RedirectLine, Answer]] = []
    for line in taken:
        answer = answers[request_for(source_of(line.source))]
        if answer is None or (answer[0], same_place(answer[1])) != (line.status, same_place(line.target)):
            wrong.append((line, answer))
    assert not wrong
    assert len(taken) >= 100


def neighbours(source: Source, any_case: bool) -> list[Request]:
    raw = unquote_to_bytes(source.path)
    near = [raw + b"x", raw[:-1] or b"/", raw.rstrip(b"/") + b"/child", raw.replace(b".", b"x")]
    near += [] if any_case else [raw.swapcase()]
    host, query = source.host or "site.test", "" if source.query is None else "?" + source.query
    return [(host, quote(path, safe="/") + query) for path in near]


def untouched_neighbours(engine: str) -> list[Request]:
    """Requests next to the sources of the hostile map that no line of it means."""
    plan = hostile_plan()
    taken = {known(unquote_to_bytes(source_of(line.source).path), engine) for line in plan.lines}
    prefixes = [source_of(line.source).path_bytes for line in plan.lines if line.match is MapMatch.PREFIX]
    return [
        (host, path)
        for line in plan.lines
        for host, path in neighbours(source_of(line.source), any_case=engine == "next")
        if known(unquote_to_bytes(path.partition("?")[0]), engine) not in taken
        and not any(unquote_to_bytes(path).startswith(prefix.rstrip(b"/") + b"/") for prefix in prefixes)
    ]


def test_every_neighbour_is_untouched(engine: str, answers: dict[Request, Answer]) -> None:
    near = untouched_neighbours(engine)
    assert len(near) > 300
    assert not [one for one in near if answers[one]]


def known(path: bytes, engine: str) -> bytes:
    """A path as the host compares it."""
    path = path.rstrip(b"/") if engine in ("netlify", "next") else path
    return path.lower() if engine == "next" else path


def test_the_query_of_a_request_is_handed_on(
    engine: str, taken: list[RedirectLine], answers: dict[Request, Answer]
) -> None:
    if engine not in HANDS_ON:
        return
    for line in taken:
        if line.target is None or source_of(line.source).query is not None:
            continue
        target = target_of(line.target)
        if engine == "cloudflare" and target.query is not None:
            continue
        query = "utm=%41&b=c?d" if target.query is None else f"{target.query}&utm=%41&b=c?d"
        fragment = "" if target.fragment is None else f"#{target.fragment}"
        answer = answers[with_query(line)]
        assert answer
        assert (answer[0], same_place(answer[1])) == (line.status, same_place(f"{target.base}?{query}{fragment}"))


def test_another_spelling_of_a_path_is_redirected_by_the_function(require_program: RequireProgram) -> None:
    require_program("node")
    plan = hostile_plan()
    written = write("aws-cloudfront", plan)
    refused = {refusal.line for refusal in written.refused}
    lines = [line for line in plan.lines if line not in refused and "%" in line.source]
    asked = []
    for line in lines:
        host, path = request_for(source_of(line.source))
        path, mark, query = path.partition("?")
        asked.append((host, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), path) + mark + query))
    answers = ask_host(written, asked, None)
    assert [answer and answer[1] for answer in answers] == [line.target for line in lines]


TAKEN_RULES = {
    "aws-cloudfront": {0, 1, 2, 3, 4, 5},
    "cloudflare": {1, 3, 4},
    "netlify": {1, 3, 4},
    "next": {0, 1, 2, 3, 4, 5},
    "vercel": {0, 1, 2, 3, 4, 5},
}


def test_rules_are_exact_or_refused(engine: str, folder: Path | None) -> None:
    written = write(engine, plan_with_rules())
    refused = {RULES.index(refusal.rule) for refusal in written.refused_rules}
    assert set(range(len(RULES))) - refused == TAKEN_RULES[engine]
    assert all(refusal.reason for refusal in written.refused_rules)
    answers = ask_host(written, list(RULE_ANSWERS), folder)
    for (asked, (number, meant)), answer in zip(RULE_ANSWERS.items(), answers, strict=True):
        exact = asked[1].endswith("/kept")
        assert answer == (meant if exact or number not in refused else None), asked


def test_rules_carry_on_byte_for_byte(engine: str, folder: Path | None) -> None:
    written = write(engine, plan_with_rules())
    pieces = ["a:pa", "$1", ":splat", "%24%3A", "x;y=z,w", "~-_.!'()*", "%E2%82%AC"]
    asked = [("site.test", f"/shop/s/item/{piece}") for piece in pieces]
    wanted = [(302, f"https://shop.site.test/s/{piece}") for piece in pieces]
    answers = ask_host(written, asked, folder)
    same = [answer == want for answer, want in zip(answers, wanted, strict=True)]
    # Two hosts put captures in one after the other, or read a $ in them: a visitor's own odd request, nobody else's.
    assert sum(same) >= (5 if engine in ("cloudflare", "netlify") else len(pieces)), answers
