"""Apache in a virtual host: a RewriteMap of text, or the same file as dbm for many lines, and a few rules around it.

The key is former host + path as `int:escape` spells it (+ `?query`), so every spelling of a request finds its line.
Lines that a map cannot hold (over 500 bytes, `//`, a `?` after `#`, prefixes) become rules of their own.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, unquote_to_bytes

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, install_text, site_folder
from linkreclaim.redirects.writers.servers.rewrite import (
    HOST_VARIABLE,
    MAX_RULE_BYTES,
    host_rules,
    line_rules,
    rule_rules,
    why_not_target,
)

MAX_PAIR_BYTES = 500
"""Key and value together. **Source:** observed on Apache 2.4.71: a longer line of a text map (1,024 bytes) or pair of
an sdbm map (1,008) is never found, without a word; and sdbm gives up ("No space left on device") where pairs of one
page of 1,024 bytes cannot be told apart by ten more bits of their hashes, which two long pairs soon meet."""

MAP_FILE = "linkreclaim-redirects.txt"
MAX_TEXT_LINES = 1_000
"""Above, the dbm is used. **Source:** our measurement on 2.4.71: a text map of 100,000 lines answers 71 requests a
second, since Apache reads it line by line."""

DBM_FILE = "linkreclaim-redirects.dbm"
CONF_FILE = "linkreclaim-redirects.conf"
_ESCAPE = re.compile("%..")
_ESCAPE_SAFE = "$-_.+!*'(),:;@&=/~"
"""What `int:escape` leaves alone besides letters and digits; its hex digits are lower case. Observed on 2.4.71."""


class ApacheWriter:
    """Writes a virtual host's include and its map; Apache 2.4."""

    engine = "apache"
    title = "Apache (virtual host)"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """The include for every virtual host of the site, and the map it reads."""
        hosts = former_hosts(plan)
        draft = _Draft()
        ruled = _paths_of_rules(plan)
        for line in plan.lines:
            draft.add(line, hosts, ruled)
        refused_rules = []
        for rule in plan.rules:
            texts = rule_rules(rule, site, hosts)
            if isinstance(texts, str):
                refused_rules.append(RuleRefusal(rule, f"Apache: {texts}"))
            else:
                draft.last += texts
        conf = _conf_file(plan, hosts, draft, header, _look_up(site, len(draft.pairs)))
        files = (
            ServerFile(CONF_FILE, conf),
            ServerFile(MAP_FILE, "".join(f"{line}\n" for line in [*comment_lines(header), *draft.pairs]).encode()),
            install_text(self.engine, _WHERE.format(folder=site_folder(site)), _TEST, _UNDO, _LIMITS, plan),
        )
        written = len(plan.lines) - len(draft.refused)
        return WrittenRedirects(self.engine, files, written, tuple(draft.refused), tuple(refused_rules))


@dataclass(slots=True)
class _Draft:
    """The pairs of the map, and the rules tried before it, after it, and last."""

    pairs: list[str] = field(default_factory=list)
    first: list[tuple[tuple[bool, bool], str]] = field(default_factory=list)  # with // first, then with a query
    prefixes: list[tuple[int, str]] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, line: RedirectLine, hosts: list[str], ruled: Container[tuple[str, str]]) -> None:
        """Put a line where it belongs; `ruled`: the paths that a rule before the map answers for with any query."""
        source = source_of(line.source)
        pairs = [] if (source.host, source.path) in ruled else list(_pairs(line))
        rules = [] if pairs else list(line_rules(line, hosts, leading_slash=True))
        unfit = why_not_target(line)
        if unfit is not None:
            self.refused.append(Refusal(line, f"Apache: {unfit}"))
        elif any(len(rule) > MAX_RULE_BYTES for rule in rules):
            self.refused.append(Refusal(line, f"Apache: the rule would be longer than {MAX_RULE_BYTES:,} bytes"))
        elif pairs:
            self.pairs += pairs
        elif line.match is MapMatch.PREFIX:
            self.prefixes.append((len(source.path), "\n".join(rules)))
        else:
            rank = "//" not in source.path, source.query is None  # patterns on the path see // as /
            self.first.append((rank, "\n".join(rules)))


def _paths_of_rules(plan: RedirectPlan) -> set[tuple[str, str]]:
    """(former host, path) of the exact lines without a query that no map can hold."""
    exact = (line for line in plan.lines if line.match is MapMatch.EXACT and next(_pairs(line), None) is None)
    return {(source.host, source.path) for line in exact if (source := source_of(line.source)).query is None}


def _pairs(line: RedirectLine) -> Iterator[str]:
    """The map lines of a redirect, none where a map cannot hold it: both hex cases of `%2F`, which Apache keeps raw."""
    source = source_of(line.source)
    fragment = (target_of(line.target).fragment or "") if line.target else ""
    if line.match is MapMatch.PREFIX or "//" in source.path or "?" in fragment:
        return  # Apache answers 403 (AH10508) to a ? that comes out of a map; after # no literal one can stand for it
    slashes = ("%2F", "%2f") if source.encoded_slash else ("",)
    pairs = [f"{_key(source, slash)} {_value(line, source)}" for slash in slashes]
    if all(len(pair) <= MAX_PAIR_BYTES for pair in pairs):
        yield from pairs


def _key(source: Source, slash: str) -> str:
    decoded = slash.encode().join(unquote_to_bytes(piece) for piece in source.path.split("%2F"))
    path = _ESCAPE.sub(lambda found: found[0].lower(), quote_from_bytes(decoded, safe=_ESCAPE_SAFE))
    return source.host + path + ("" if source.query is None else "?" + source.query)


def _value(line: RedirectLine, source: Source) -> str:
    """`301+/target`: the request's query is carried on; `301-/target`: it is not; `410`."""
    if line.target is None:
        return "410"
    return f"{line.status}{'+' if source.query is None else '-'}{target_of(line.target).text}"


def _conf_file(plan: RedirectPlan, hosts: list[str], draft: _Draft, header: Sequence[str], look_up: str) -> bytes:
    raw_slash = bool(plan.rules) or any(
        line.match is MapMatch.PREFIX or source_of(line.source).encoded_slash for line in plan.lines
    )
    lines = [
        *comment_lines(header),
        "# Include in every <VirtualHost> of the site, before rules of your own.",
        *(["AllowEncodedSlashes NoDecode"] if raw_slash else []),
        "RewriteEngine On",
        *host_rules(hosts),
        *(rules for _, rules in sorted(draft.first, key=lambda pair: pair[0])),
        look_up,
    ]
    for status in sorted({line.status for line in plan.lines}):
        lines.append(_GONE.strip() if status == 410 else _ANSWERS.strip().format(status=status))
    lines += [rules for _, rules in sorted(draft.prefixes, key=lambda pair: -pair[0])]
    return ("\n".join([*lines, *draft.last]) + "\n").encode()


def _look_up(site: Site, lines: int) -> str:
    """The look-up, in the text map or in a dbm: the other one stands beside it as a comment."""
    folder = site_folder(site)
    text = f'RewriteMap linkreclaim "txt:{folder}/{MAP_FILE}"'
    dbm = f'RewriteMap linkreclaim "dbm=sdbm:{folder}/{DBM_FILE}"'
    used, other = (dbm, text) if lines > MAX_TEXT_LINES else (text, dbm)
    return f"{used}\n# {other}\n{_LOOK_UP.strip()}"


_LOOK_UP = f"""
RewriteMap linkreclaim_escape "int:escape"
RewriteRule "^" "-" [E=LINKRECLAIM_KEY:%{{ENV:{HOST_VARIABLE}}}${{linkreclaim_escape:%{{REQUEST_URI}}}}]
RewriteRule "^" "-" [E=LINKRECLAIM_ANSWER:${{linkreclaim:%{{ENV:LINKRECLAIM_KEY}}?%{{QUERY_STRING}}}}]
RewriteCond "%{{ENV:LINKRECLAIM_ANSWER}}" "^$"
RewriteRule "^" "-" [E=LINKRECLAIM_ANSWER:${{linkreclaim:%{{ENV:LINKRECLAIM_KEY}}}}]
"""

_ANSWERS = """
# {status}, by the queries that target and request have: both, the request's, the target's, none.
RewriteCond "%{{ENV:LINKRECLAIM_ANSWER}} %{{QUERY_STRING}}" "^{status}\\+([^?# ]+)\\?([^# ]+)(#[^ ]*)? (.+)$"
RewriteRule "^" "%1?%2&%4%3" [R={status},L,NE]
RewriteCond "%{{ENV:LINKRECLAIM_ANSWER}} %{{QUERY_STRING}}" "^{status}\\+([^?# ]+)(#[^ ]*)? (.+)$"
RewriteRule "^" "%1?%3%2" [R={status},L,NE]
RewriteCond "%{{ENV:LINKRECLAIM_ANSWER}}" "^{status}[+-]([^?# ]+)\\?([^# ]+)(#[^ ]*)?$"
RewriteRule "^" "%1?%2%3" [R={status},L,NE]
RewriteCond "%{{ENV:LINKRECLAIM_ANSWER}}" "^{status}[+-]([^?# ]+)(#[^ ]*)?$"
RewriteRule "^" "%1%2" [R={status},L,NE,QSD]
"""

_GONE = """
RewriteCond "%{ENV:LINKRECLAIM_ANSWER}" "=410"
RewriteRule "^" "-" [G,L]
"""

_WHERE = f"""
1. Make a folder `{{folder}}` under Apache's ServerRoot (/etc/apache2 on Debian, /etc/httpd on Red Hat) and copy
   {CONF_FILE} and {MAP_FILE} into it. mod_rewrite must be on (a2enmod rewrite).
2. With more than {MAX_TEXT_LINES:,} lines {CONF_FILE} reads a dbm: make it, in that folder, and again after a change:
     httxt2dbm -f SDBM -i {MAP_FILE} -o {DBM_FILE}
   (httxt2dbm comes with apache2-utils on Debian, httpd-tools or httpd on Red Hat.) With fewer, nothing is to be made;
   the two RewriteMap lines of {CONF_FILE} show both ways.
3. Inside each <VirtualHost> that answers for the site, before other rewrite rules, add:
     Include {{folder}}/{CONF_FILE}
   A former host needs a <VirtualHost> of its own (ServerName old.example, ServerAlias www.old.example) with the same
   line, unless one of yours answers for it already.
"""

_TEST = """
apachectl configtest && apachectl graceful
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
Targets that are paths become full addresses by ServerName: behind a proxy that ends https, say
ServerName https://YOUR-SITE and UseCanonicalName On.
"""

_UNDO = "Remove the Include line from each <VirtualHost>, then apachectl configtest && apachectl graceful."

_LIMITS = """
Key and target together over 500 bytes are not put into the map: such lines, those with //, prefix lines and rules
are tried one after the other; some hundred are fine, many thousand slow every request down.
AllowEncodedSlashes NoDecode is set for prefix lines, rules and sources with %2F: else Apache answers 404 to such paths.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
