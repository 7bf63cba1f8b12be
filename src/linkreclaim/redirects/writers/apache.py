"""Apache in a virtual host: a RewriteMap of text, or the same file as dbm for many lines, and a few rules around it.

The key is former host + path as `int:escape` spells it (+ `?query`), so every spelling of a request finds its line.
Lines that a map cannot hold (over 1,000 bytes, `//`, a `?` after `#`, prefixes) become rules of their own.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote_from_bytes, unquote_to_bytes

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, install_text
from linkreclaim.redirects.writers.rewrite import HOST_VARIABLE, host_rules, line_rules

MAX_PAIR_BYTES = 1_000
"""Key and value together. **Source:** observed on Apache 2.4.71: a longer line of a text map (1,024 bytes) or pair of
an sdbm map (1,008) is never found, without a word."""

MAX_RULE_BYTES = 8_000
"""One line of configuration. **Source:** Apache's HUGE_STRING_LEN is 8,192."""

MAP_FILE = "linkreclaim-redirects.txt"
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
        pairs: list[str] = []
        rules: list[str] = []
        prefixes: list[tuple[int, str]] = []
        refused: list[Refusal] = []
        for line in plan.lines:
            in_map = list(_pairs(line))
            rule = [] if in_map else list(line_rules(line, hosts, leading_slash=True))
            if any(len(part) > MAX_RULE_BYTES for part in rule):
                refused.append(Refusal(line, f"Apache: the rule would be longer than {MAX_RULE_BYTES:,} bytes"))
            elif line.match is MapMatch.PREFIX:
                prefixes.append((len(source_of(line.source).path), "\n".join(rule)))
            else:
                pairs += in_map
                rules += rule
        rest = [rule for _, rule in sorted(prefixes, key=lambda pair: -pair[0])]
        files = (
            ServerFile(CONF_FILE, _conf_file(plan, hosts, rules, rest, header)),
            ServerFile(MAP_FILE, "".join(f"{line}\n" for line in [*comment_lines(header), *pairs]).encode()),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(plan.lines) - len(refused), tuple(refused))


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


def _conf_file(
    plan: RedirectPlan, hosts: list[str], rules: list[str], prefixes: list[str], header: Sequence[str]
) -> bytes:
    raw_slash = any(line.match is MapMatch.PREFIX or source_of(line.source).encoded_slash for line in plan.lines)
    lines = [
        *comment_lines(header),
        "# Include in every <VirtualHost> of the site, before rules of your own.",
        *(["AllowEncodedSlashes NoDecode"] if raw_slash else []),
        "RewriteEngine On",
        *host_rules(hosts),
        *rules,
        _LOOK_UP.strip(),
    ]
    for status in sorted({line.status for line in plan.lines}):
        lines.append(_GONE.strip() if status == 410 else _ANSWERS.strip().format(status=status))
    return ("\n".join([*lines, *prefixes]) + "\n").encode()


_LOOK_UP = f"""
RewriteMap linkreclaim "txt:linkreclaim/{MAP_FILE}"
# With more than a thousand lines, use the dbm instead (INSTALL says how to make it):
# RewriteMap linkreclaim "dbm=sdbm:linkreclaim/linkreclaim-redirects.dbm"
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
1. Make a folder `linkreclaim` under Apache's ServerRoot (/etc/apache2 on Debian, /etc/httpd on Red Hat) and copy
   {CONF_FILE} and {MAP_FILE} into it. mod_rewrite must be on (a2enmod rewrite).
2. Inside each <VirtualHost> that answers for the site, before other rewrite rules, add:
     Include linkreclaim/{CONF_FILE}
   A former host needs a <VirtualHost> of its own (ServerName old.example, ServerAlias www.old.example) with the same
   line, unless one of yours answers for it already.
3. With more than a thousand lines, make the dbm and switch the RewriteMap line of {CONF_FILE} to it:
     httxt2dbm -f SDBM -i {MAP_FILE} -o linkreclaim-redirects.dbm
"""

_TEST = """
apachectl configtest && apachectl graceful
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
Targets that are paths become full addresses by ServerName: behind a proxy that ends https, say
ServerName https://YOUR-SITE and UseCanonicalName On.
"""

_UNDO = "Remove the Include line from each <VirtualHost>, then apachectl configtest && apachectl graceful."

_LIMITS = """
Key and target together over 1,000 bytes do not fit a RewriteMap: such lines, those with // and prefix lines are rules
of their own, tried one after the other; some hundred are fine, many thousand slow every request down.
AllowEncodedSlashes NoDecode is set for prefix lines and sources with %2F: Apache answers 404 to such paths otherwise.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
