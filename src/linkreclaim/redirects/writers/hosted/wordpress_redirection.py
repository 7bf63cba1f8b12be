"""The WordPress plugin Redirection: its JSON (everything) and its CSV (what four columns can say).

**Source:** redirection.me/developer/json-export; the plugin's own code (fileio/csv.php: four columns by position, 5,000
bytes a line, flags by the plugin's defaults; models/url: a query flag `pass` hands the query on, `exact` compares it in
any order; a server match compares scheme and host). Expressions are compared with the decoded address and its query,
so that only plain characters are sure to mean themselves. Not tried on WordPress.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.patterns import captures_of, rule_pattern
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import (
    REDIRECTING,
    Accepted,
    HostedWriter,
    Install,
    Takes,
    plain_parameters,
)
from linkreclaim.redirects.writers.hosted.rule_patterns import quote_regex, rule_target
from linkreclaim.redirects.writers.preamble import has_port

MAX_CSV_LINE_BYTES = 5_000

_PLAIN = re.compile(r"[A-Za-z0-9/._~!,;:@-]*")
_Item = dict[str, Any]


def _problem(line: RedirectLine, source: Source) -> str | None:
    if has_port(source.host):
        return "a server match cannot name a port"
    if source.query is not None and not plain_parameters(source.query):
        return "a query can be compared only as plain name=value parts, each name once"
    if line.match is MapMatch.PREFIX:
        if line.target is None:
            return "a prefix can be redirected, not declared gone"
        if not _PLAIN.fullmatch(source.path) or "$" in line.target:
            return "an expression sees the decoded path, and $ in a target is a capture: plain characters only"
    return None


def _rule_problem(rule: RedirectRule) -> str | None:
    texts = [part.text for part in rule.source if part.kind is PartKind.TEXT]
    if has_port(rule.host):
        return "a server match cannot name a port"
    if not all(map(_PLAIN.fullmatch, texts)) or any("$" in part for part in rule.target if isinstance(part, str)):
        return "an expression sees the decoded path, and $ in a target is a capture: plain characters only"
    return None


def _items(line: RedirectLine) -> Iterator[_Item]:
    source = source_of(line.source)
    if line.match is MapMatch.PREFIX:
        rest = "(.*)$" if source.path.endswith("/") else r"([/?].*)?$"
        yield from _expression(source.host, quote_regex(source.path) + rest, f"{line.target}$1", line.status)
        return
    url = source.path + ("" if source.query is None else "?" + source.query)
    flag = "pass" if source.query is None else "exact"
    yield from _on_servers(source.host, url, flag, False, line.target, line.status)


def _rule_items(rule: RedirectRule) -> Iterator[_Item]:
    target = rule_target(rule, lambda number: f"${number}", lambda text: text) + f"${captures_of(rule) + 1}"
    yield from _expression(rule.host, rule_pattern(rule) + r"(\?.*)?$", target if rule.target else None, rule.status)


def _expression(host: str, regex: str, target: str | None, status: int) -> Iterator[_Item]:
    yield from _on_servers(host, "^" + regex, "exact", True, target, status)


def _on_servers(host: str, url: str, query: str, regex: bool, target: str | None, status: int) -> Iterator[_Item]:
    flags = {"flag_query": query, "flag_case": False, "flag_trailing": False, "flag_regex": regex}
    item: _Item = {
        "url": url,
        "match_data": {"source": flags},
        "action_code": status,
        "action_type": "error" if target is None else "url",
        "regex": regex,
        "group_id": 1,
        "enabled": True,
    }
    if not host:
        yield {**item, "match_type": "url", "action_data": {"url": target or ""}}
        return
    for origin in (f"https://{host}", f"https://www.{host}"):
        data = {"server": origin, "url_from": target or "", "url_notfrom": ""}
        yield {**item, "match_type": "server", "action_data": data}


def _row(item: _Item) -> tuple[str, ...]:
    return item["url"], item["action_data"]["url"], str(int(item["regex"])), str(item["action_code"])


def _fits_csv(item: _Item) -> bool:
    plain = item["match_type"] == "url" and (item["regex"] or item["match_data"]["source"]["flag_query"] == "pass")
    return plain and not formula_problem(*_row(item)) and len(csv_bytes([_row(item)])) < MAX_CSV_LINE_BYTES


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    lines = sorted([*accepted.exact, *accepted.prefixes], key=lambda line: line.source.startswith("/"))
    items = [item for line in lines for item in _items(line)]
    items += [item for rule in accepted.rules for item in _rule_items(rule)]
    for position, item in enumerate(items):
        item["position"] = position
    group = {"id": 1, "name": "linkreclaim", "redirects": len(items), "module_id": 1, "enabled": True}
    whole = {"groups": [group], "redirects": items}
    yield ServerFile("linkreclaim-redirection.json", (json.dumps(whole, indent=1) + "\n").encode())
    rows = [_row(item) for item in items if _fits_csv(item)]
    yield ServerFile("linkreclaim-redirection.csv", csv_bytes([("source", "target", "regex", "code"), *rows]))


WORDPRESS_REDIRECTION = HostedWriter(
    engine="wordpress-redirection",
    title="Redirection (WordPress)",
    takes=Takes(REDIRECTING | {410}, hosts=True, queries=True, prefixes=True, rules=True),
    way_out="use the rules of the web server in front of WordPress",
    install=Install(
        where="""
WordPress admin, Tools > Redirection > Import/Export: import `linkreclaim-redirection.json`. It makes a group named
linkreclaim. `linkreclaim-redirection.csv` is for importers that take no JSON: do not import both. It leaves out lines
on former hosts, lines with a query and lines over 5,000 bytes, and takes the plugin's own settings for query, case and
last slash.
""",
        test="""
Tools > Redirection shows the group; then: curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Delete or disable the group linkreclaim.",
        limits="""
Expressions see the decoded path: what they carry over is encoded anew. A query is compared in any order.
WordPress must see the request: a file or another server's answer comes first. Above a few thousand lines, the server's
own rules answer faster.
""",
    ),
    files=_files,
    problem=_problem,
    rule_problem=_rule_problem,
)
