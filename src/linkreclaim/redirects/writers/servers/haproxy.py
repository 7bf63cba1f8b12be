"""HAProxy: two map files, and rules for a frontend that look every request up; 100,000 lines start in half a second.

Exact lines stand in a tree, under host + decoded path (+ query). HAProxy decodes by `url_dec`; the escapes that keys
keep have their `%` doubled before. Prefixes and rules are regular expressions on the path as it was sent, tried in
their order. The request itself is not changed: what has no redirect goes on as it came.
"""

from collections.abc import Iterator, Sequence

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import byte_pattern, captures_of, prefix_pattern, rule_pattern
from linkreclaim.redirects.writers.answers import Answer, line_answer, rule_answer, statuses_of
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, has_port, install_text, site_folder
from linkreclaim.redirects.writers.servers.keys import KEPT_ESCAPES, MAX_CAPTURES, keys_of, map_line

MAX_LINE_BYTES = 8_000
"""One line of a map. **Source:** HAProxy reads map files through a buffer of tune.bufsize (16,384 by default), and a
request and its answer must fit one too; half of it is our judgement."""

CONF_FILE = "linkreclaim-redirects.cfg"
EXACT_FILE = "linkreclaim-redirects.map"
PATTERN_FILE = "linkreclaim-redirects-patterns.map"

_TOO_LONG = (
    f"HAProxy: the line of the map would be longer than {MAX_LINE_BYTES:,} bytes; redirect it on the server behind"
)


class HaproxyWriter:
    """Writes the rules of a frontend and two maps; HAProxy 2.2 and later, built with PCRE."""

    engine = "haproxy"
    title = "HAProxy"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """Rules to put into a frontend and the maps they read; lines over 8,000 bytes are refused."""
        rows = [(line, _rows(line)) for line in plan.lines]
        refused = tuple(Refusal(line, _TOO_LONG) for line, texts in rows if _too_long(texts))
        written = [(line, texts) for line, texts in rows if not _too_long(texts)]
        exact = [text for line, texts in written if line.match is MapMatch.EXACT for text in texts]
        prefixes = [(line, texts) for line, texts in written if line.match is MapMatch.PREFIX]
        prefixes.sort(key=lambda pair: -len(source_of(pair[0].source).path))
        rules = [(rule, _rule_row(rule, site)) for rule in plan.rules]
        refused_rules = tuple(RuleRefusal(rule, reason) for rule, row in rules if (reason := _why_not(rule, row)))
        patterns = [text for _, texts in prefixes for text in texts]
        patterns += [row for rule, row in rules if not _why_not(rule, row)]
        comments = [line.encode() for line in comment_lines(header)]
        files = (
            ServerFile(CONF_FILE, _conf_file(plan, site, header)),
            ServerFile(EXACT_FILE, b"".join(row + b"\n" for row in [*comments, *exact])),
            ServerFile(PATTERN_FILE, b"".join(row + b"\n" for row in [*comments, *patterns])),
            install_text(self.engine, _WHERE.format(folder=_folder(site)), _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(written), refused, refused_rules)


def _too_long(texts: list[bytes]) -> bool:
    return any(len(text) > MAX_LINE_BYTES for text in texts)


def _rows(line: RedirectLine) -> list[bytes]:
    source, answer = source_of(line.source), line_answer(line)
    if line.match is MapMatch.PREFIX:
        return [_pattern_row(source.host, prefix_pattern(source.path), answer)]
    return [map_line(key, answer) for key in keys_of(source)]


def _why_not(rule: RedirectRule, row: bytes) -> str | None:
    if captures_of(rule) > MAX_CAPTURES:
        return f"HAProxy: a rule holds {MAX_CAPTURES} captures; split the rule"
    return _TOO_LONG if _too_long([row]) else None


def _rule_row(rule: RedirectRule, site: Site) -> bytes:
    return _pattern_row(rule.host, rule_pattern(rule), rule_answer(rule, site))


def _pattern_row(host: str, pattern: str, answer: Answer) -> bytes:
    return map_line(f"^{byte_pattern(host.encode())}{pattern}$".encode(), answer)


def _folder(site: Site) -> str:
    return f"/etc/haproxy/{site_folder(site)}"


def _conf_file(plan: RedirectPlan, site: Site, header: Sequence[str]) -> bytes:
    folder = _folder(site)
    lines = [
        *comment_lines(header),
        "# Put these lines into the frontend of the site, before rules of your own.",
        f"acl linkreclaim_found {_ANSWER} -m found",
        "acl linkreclaim_query query -m len gt 0",
        *(f"http-request unset-var(req.linkreclaim_{name})" for name in ("host", "key", "full", "sent", "answer")),
        *_site_rule(site),
        *(_host_rule(host, host) for host in former_hosts(plan)),
        *_LOOK_UP.strip().format(exact=f"{folder}/{EXACT_FILE}", patterns=f"{folder}/{PATTERN_FILE}").splitlines(),
        *(rule for status in statuses_of(plan) for rule in _answer_rules(status)),
    ]
    return ("\n".join(lines) + "\n").encode()


def _site_rule(site: Site) -> tuple[str, str]:
    if not site.named:
        return (
            "# Every host of this frontend is taken for the site.",
            "http-request set-var(req.linkreclaim_host) str()",
        )
    return "# The names of the site; other hosts of this frontend are left alone.", _host_rule(site.host, "")


def _host_rule(host: str, key: str) -> str:
    port = "" if has_port(host) else "(?::[0-9]+)?"
    pattern = rf"^(?:www\x2e)?{byte_pattern(host.encode())}{port}$"
    return f"http-request set-var(req.linkreclaim_host) str({key}) if {{ req.hdr(host) -m reg -i '{pattern}' }}"


def _answer_rules(status: int) -> Iterator[str]:
    if status == 410:
        yield f"http-request return status 410 if {{ {_ANSWER} -m beg '410 ' }}"
        return
    joined = "%[var(req.linkreclaim_location)]%[var(req.linkreclaim_joiner)]%[query]%[var(req.linkreclaim_fragment)]"
    plain = "%[var(req.linkreclaim_location)]%[var(req.linkreclaim_fragment)]"
    redirect = f"http-request redirect code {status} location"
    yield f"{redirect} {joined} if {{ {_ANSWER} -m beg '{status} ?' '{status} &' }} linkreclaim_query"
    yield f"{redirect} {plain} if {{ {_ANSWER} -m beg '{status} ' }}"


_ANSWER = "var(req.linkreclaim_answer)"

_LOOK_UP = rf"""
http-request set-var(req.linkreclaim_raw) path
http-request set-var(req.linkreclaim_query) query
http-request set-var(req.linkreclaim_path) 'path,regsub("%({KEPT_ESCAPES})","%25\1",g),url_dec'
# Without a name of the site none of these three is set, and nothing is found.
http-request set-var(req.linkreclaim_key) var(req.linkreclaim_host),concat(,req.linkreclaim_path)
http-request set-var(req.linkreclaim_full) var(req.linkreclaim_key),concat(?,req.linkreclaim_query)
http-request set-var(req.linkreclaim_sent) var(req.linkreclaim_host),concat(,req.linkreclaim_raw)
http-request set-var(req.linkreclaim_answer) var(req.linkreclaim_full),map_str({{exact}})
http-request set-var(req.linkreclaim_answer) var(req.linkreclaim_key),map_str({{exact}}) if !linkreclaim_found
http-request set-var(req.linkreclaim_answer) var(req.linkreclaim_sent),map_regm({{patterns}}) if !linkreclaim_found
http-request set-var(req.linkreclaim_joiner) 'var(req.linkreclaim_answer),field(2," ")'
http-request set-var(req.linkreclaim_location) 'var(req.linkreclaim_answer),field(3," ")'
http-request set-var(req.linkreclaim_fragment) 'var(req.linkreclaim_answer),field(4," ")'
"""

_WHERE = f"""
1. Copy the two maps ({EXACT_FILE} and {PATTERN_FILE}) to {{folder}}/.
2. Copy the lines of {CONF_FILE} into the frontend that answers for the site, before http-request rules of your own
   (HAProxy cannot include a file there).
   A former host needs no frontend of its own: the lines look at the Host header. They answer for the site and its
   former hosts only; for a staging host, change the line that names the site.
"""

_TEST = """
haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy
haproxy -vv | grep -i pcre      (PCRE or PCRE2 must be named: without it the patterns mean something else)
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
"""

_UNDO = "Take the lines out of the frontend again, then haproxy -c -f /etc/haproxy/haproxy.cfg and reload."

_LIMITS = """
Prefix lines and rules are tried one after the other: some hundred of them are fine, many thousand slow every request
down. Exact lines are found at once at any number.
HAProxy answers 400 to bytes above 7F that are not percent-encoded; browsers and crawlers encode them.
A line of a map over 8,000 bytes is refused.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
