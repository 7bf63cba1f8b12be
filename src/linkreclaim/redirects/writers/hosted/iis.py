"""IIS with the URL Rewrite module: rules in web.config, the pairs in a file of rewrite maps beside it.

**Source:** learn.microsoft.com/iis/extensions/url-rewrite-module (configuration reference: rewrite maps,
`UNENCODED_URL`, redirectType, CustomResponse). From documentation, not tried on IIS. Maps compare without case, so
sources that differ in case only are refused. A configuration file over 250 KB stops the whole site with an error
500.19 (registry value MaxWebConfigFileSizeInKB), so lines beyond that are refused.
"""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.patterns import request_pattern, rule_pattern
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Room, Takes, one_case
from linkreclaim.redirects.writers.hosted.rule_patterns import quote_regex, rule_target
from linkreclaim.redirects.writers.preamble import has_port

MAX_FILE_BYTES = 250_000

_TYPES = {301: "Permanent", 302: "Found", 307: "Temporary"}
_HOST_AND_URL = "{HTTP_HOST}{UNENCODED_URL}"
_WWW = r"^(?:www\.)?"


def _map_name(line: RedirectLine) -> str:
    """The map a line stands in: by where it is looked up, what becomes of the query, and the status."""
    source = source_of(line.source)
    fragment = line.target is not None and target_of(line.target).fragment is not None
    kind = "query" if source.query is not None else "fragment" if fragment else "path"
    return f"linkreclaim-{'host' if source.host else 'site'}-{kind}-{line.status}"


def _entry(line: RedirectLine) -> str:
    value = line.target or "gone"
    return f"      <add key={quoteattr(line.source.removeprefix('https://'))} value={quoteattr(value)} />\n"


def _map_rule(name: str) -> str:
    _, where, kind, status = name.split("-")
    subject, start = (_HOST_AND_URL, _WWW) if where == "host" else ("{UNENCODED_URL}", "^")
    path = r"([^?]*\?.+)$" if kind == "query" else r"([^?]*)"
    lookup = f'        <add input={quoteattr(f"{{{name}:{{C:1}}}}")} pattern="(.+)" />\n'
    action = _action(int(status), "{C:1}", append_query=kind == "path")
    return _rule(name, [_condition(subject, start + path), lookup], action)


def _rule(name: str, conditions: list[str], action: str) -> str:
    return (
        f'      <rule name={quoteattr(name)} stopProcessing="true">\n       <match url=".*" />\n       <conditions>\n'
        + "".join(conditions)
        + f"       </conditions>\n       {action}\n      </rule>\n"
    )


def _condition(subject: str, pattern: str) -> str:
    return f'        <add input="{subject}" pattern={quoteattr(pattern)} ignoreCase="false" />\n'


def _action(status: int, url: str, append_query: bool) -> str:
    if status == 410:
        return '<action type="CustomResponse" statusCode="410" statusReason="Gone" />'
    append = "true" if append_query else "false"
    return (
        f'<action type="Redirect" url={quoteattr(url)} redirectType="{_TYPES[status]}" appendQueryString="{append}" />'
    )


def _prefix_rule(line: RedirectLine) -> str:
    source = source_of(line.source)
    rest = "([^?]*)" if source.path.endswith("/") else r"((?:/[^?]*)?)(?:\?|$)"
    pattern = request_pattern(source.path) + rest
    action = _action(line.status, f"{line.target}{{C:1}}", append_query=True)
    return _rule(f"linkreclaim prefix {line.source}", [_host_condition(source.host, pattern)], action)


def _pattern_rule(rule: RedirectRule) -> str:
    action = _action(rule.status, rule_target(rule, lambda n: f"{{C:{n}}}", lambda text: text), append_query=True)
    pattern = rule_pattern(rule) + r"(?:\?|$)"
    return _rule(f"linkreclaim rule {rule.host}{pattern}", [_host_condition(rule.host, pattern)], action)


def _host_condition(host: str, pattern: str) -> str:
    if not host:
        return _condition("{UNENCODED_URL}", "^" + pattern)
    port = "" if has_port(host) else "(?::[0-9]+)?"
    return _condition(_HOST_AND_URL, _WWW + quote_regex(host) + port + pattern)


def _map_bytes(line: RedirectLine, site: Site) -> int:
    return len(_entry(line)) if line.match is MapMatch.EXACT else 0


def _config_bytes(line: RedirectLine, site: Site) -> int:
    return len(_prefix_rule(line)) if line.match is MapMatch.PREFIX else 0


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    maps: dict[str, list[str]] = {}
    for line in accepted.exact:
        maps.setdefault(_map_name(line), []).append(_entry(line))
    order = sorted(maps, key=lambda name: ("-host-" not in name, "-query-" not in name, name))
    prefixes = sorted(accepted.prefixes, key=lambda line: line.source.startswith("/"))
    rules = sorted(accepted.rules, key=lambda rule: not rule.host)
    made = [*map(_map_rule, order), *map(_prefix_rule, prefixes), *map(_pattern_rule, rules)]
    yield ServerFile("web.config", _WEB_CONFIG.replace("RULES_HERE", "".join(made)).encode())
    listed = "".join(f'    <rewriteMap name="{name}">\n{"".join(maps[name])}    </rewriteMap>\n' for name in order)
    yield ServerFile("linkreclaim-rewritemaps.config", f"{_XML}<rewriteMaps>\n{listed}</rewriteMaps>\n".encode())


_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_WEB_CONFIG = (
    _XML
    + """<configuration>
  <system.webServer>
    <rewrite>
     <rewriteMaps configSource="linkreclaim-rewritemaps.config" />
     <rules>
RULES_HERE     </rules>
    </rewrite>
  </system.webServer>
</configuration>
"""
)


def _problem(line: RedirectLine, source: Source) -> str | None:
    if line.match is MapMatch.PREFIX and line.target is None:
        return "a prefix can be redirected, not declared gone"
    return None


IIS = HostedWriter(
    engine="iis",
    title="IIS",
    takes=Takes(frozenset({*_TYPES, 410}), hosts=True, queries=True, prefixes=True, rules=True),
    way_out="write it as a rule of your own, or raise MaxWebConfigFileSizeInKB where size is the reason",
    install=Install(
        where="""
IIS 7 or later with the URL Rewrite module 2. Put `linkreclaim-rewritemaps.config` beside the site's web.config, and
copy <rewriteMaps> and the rules of our `web.config` into yours, rules first (without one, use ours). With rewrite maps
of your own, copy our maps into them instead. A former host must be a binding of the site.
""",
        test="""
Load the home page: an error 500.19 names the line that IIS does not take; take the changes back.
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Take the rules and <rewriteMaps> out of web.config again; they hold at once.",
        limits="""
IIS reads configuration files up to 250 KB, so lines beyond that are refused; the registry value
HKLM\\SOFTWARE\\Microsoft\\InetStp\\Configuration\\MaxWebConfigFileSizeInKB raises it.
Maps compare without case: look for live pages that differ in case only. A line without a host answers on every host.
The query of a request is not handed on to a target with a #fragment.
""",
    ),
    files=_files,
    problem=_problem,
    same=one_case,
    room=(
        Room(MAX_FILE_BYTES - 5_000, "bytes of rewrite maps", _map_bytes, lambda rule: 0),
        Room(MAX_FILE_BYTES - 25_000, "bytes of rules", _config_bytes, lambda rule: len(_pattern_rule(rule))),
    ),
)
