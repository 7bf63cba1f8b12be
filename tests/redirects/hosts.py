"""Asks the code that hosts themselves read redirects with, in node; and a plan of rules for it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, RequireProgram
from tests.redirects.hostile import SITE

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart
from linkreclaim.redirects import WRITERS, RedirectPlan, WrittenRedirects, plan_redirects

MODULES = ROOT / "build" / "node"
"""Where scripts/test-deps.sh installs tests/redirects/node/package.json."""

Answer = tuple[int, str | None] | None
Request = tuple[str, str]
"""Host, and path with query."""


def node_modules(require_program: RequireProgram) -> Path:
    """The folder of the installed packages, or a skip."""
    require_program("node")
    if not (MODULES / "node_modules").is_dir():
        pytest.skip("needs node packages, which are not installed: make test-deps")
    return MODULES


def ask_host(written: WrittenRedirects, requests: list[Request], folder: Path | None) -> list[Answer]:
    """What a host answers to requests with what a writer wrote; the host must take every line of it."""
    question: dict[str, Any] = {
        "engine": written.engine,
        "folder": str(folder) if folder else None,
        "file": written.files[0].content.decode(),
        "requests": [{"host": host, "path": path} for host, path in requests],
    }
    if written.engine == "aws-cloudfront":
        question["store"] = json.loads(written.files[1].content)
    script = Path(__file__).parent / "node" / "ask.mjs"
    done = subprocess.run(
        ["node", str(script)], input=json.dumps(question), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert not found["errors"], found["errors"]
    return [None if answer is None else (answer[0], answer[1]) for answer in found["answers"]]


def text(value: str) -> SourcePart:
    return SourcePart(PartKind.TEXT, value)


DIGITS, SEGMENT, REST = (SourcePart(kind) for kind in (PartKind.DIGITS, PartKind.SEGMENT, PartKind.REST))

RULES = (
    RedirectRule((text("/blog/"), DIGITS, text("/"), DIGITS, text("/"), SEGMENT), ("/resources/", 3)),
    RedirectRule((text("/shop/"), SEGMENT, text("/item/"), REST), ("https://shop.site.test/", 1, "/", 2), 302),
    RedirectRule((text("/p-"), DIGITS, text(".html")), ("/post/", 1)),
    RedirectRule((text("/caf%C3%A9+(x)/"), SEGMENT), ("/coffee/", 1, "/"), 308),
    RedirectRule((text("/all/"), REST), ("/nothing",)),
    RedirectRule((text("/"), DIGITS), ("/site/", 1), host="old.example"),
)

RULE_ANSWERS: dict[Request, tuple[int, tuple[int, str] | None]] = {
    ("site.test", "/blog/2020/01/na%C3%AFve%2Fx"): (0, (301, "/resources/na%C3%AFve%2Fx")),
    ("site.test", "/blog/2020/x1/name"): (0, None),
    ("site.test", "/blog/2020/01/a/b"): (0, None),
    ("site.test", "/blog/2020/01/"): (0, None),
    ("site.test", "/blog/2020/01/kept"): (0, (301, "/exact")),
    ("site.test", "/shop/a/item/b"): (1, (302, "https://shop.site.test/a/b")),
    ("site.test", "/shop/a/item/b/c%20d/"): (1, (302, "https://shop.site.test/a/b/c%20d/")),
    ("site.test", "/shop/a/item/"): (1, None),
    ("site.test", "/shop/a/b/item/c"): (1, None),
    ("site.test", "/p-12.html"): (2, (301, "/post/12")),
    ("site.test", "/p-12xhtml"): (2, None),
    ("site.test", "/p-a.html"): (2, None),
    ("site.test", "/caf%C3%A9+(x)/y"): (3, (308, "/coffee/y/")),
    ("site.test", "/caf%C3%A99(x)/y"): (3, None),
    ("site.test", "/all/of/it"): (4, (301, "/nothing")),
    ("site.test", "/all"): (4, None),
    ("www.old.example", "/77"): (5, (301, "http://site.test/site/77")),
    ("www.old.example", "/7a"): (5, None),
    ("site.test", "/77"): (5, None),
}
"""A request, the number of the rule it is about, and the answer where the host takes that rule."""


def plan_with_rules() -> RedirectPlan:
    """The rules, an exact line that wins over the first, and a prefix."""
    lines = [
        RedirectLine("/blog/2020/01/kept", "/exact"),
        RedirectLine("/docs/", "/help/", match=MapMatch.PREFIX),
    ]
    return replace(plan_redirects(lines, SITE), rules=RULES)


def write(engine: str, plan: RedirectPlan) -> WrittenRedirects:
    """What an engine's writer makes of a plan; every line and rule is accounted for."""
    written = WRITERS[engine].write(plan, SITE, ["a hostile map \\", "second line\nserver { } {{ x }} */ -->"])
    assert written.written + len(written.refused) == len(plan.lines)
    return written


def golden_plan() -> RedirectPlan:
    """A line of every kind, and a rule."""
    lines = [
        RedirectLine("/old,page", "/new"),
        RedirectLine("/plain", "/page"),
        RedirectLine("/café", "/kaffee?x=1&y=2"),
        RedirectLine("/shop?id=7", "https://site.test/hat"),
        RedirectLine("/blog/", "/news/", match=MapMatch.PREFIX),
        RedirectLine("https://old.example/a", "/b"),
        RedirectLine("/gone", None, 410),
    ]
    rule = RedirectRule((text("/tag/"), SEGMENT), ("/topic/", 1, "/"))
    return replace(plan_redirects(lines, SITE), rules=(rule,))
