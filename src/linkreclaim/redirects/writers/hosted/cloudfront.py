"""Amazon CloudFront: a viewer-request function and the import file of its key value store.

**Source:** docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide (kvs-with-functions-create-s3-kvp: file up to 5
MB, keys up to 512, values up to 1,024, no key twice; general-helper-methods: `rawQueryString()`; a function may be 10
KB long). The function spells a path canonically before it asks the store; prefixes and rules are regular expressions
in the function itself, on the path as it was sent.
"""

import json
from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.patterns import request_pattern, rule_pattern
from linkreclaim.redirects.writers.hosted.frame import REDIRECTING, Accepted, HostedWriter, Install, Room, Takes
from linkreclaim.redirects.writers.preamble import has_port

MAX_KEY_BYTES = 512
MAX_VALUE_BYTES = 1_024
MAX_STORE_BYTES = 5_000_000
MAX_FUNCTION_BYTES = 10_240

_Pattern = tuple[str, str, list[str | int], int]
"""Host, regular expression, target in texts and numbers of captures, status."""


def _key(line: RedirectLine) -> str:
    return line.source.removeprefix("https://")


def _value(line: RedirectLine) -> str:
    return f"{line.status} {line.target or ''}".rstrip()


def _problem(line: RedirectLine, source: Source) -> str | None:
    if has_port(source.host):
        return "a host has no port there"
    if line.match is MapMatch.EXACT and len(_key(line)) > MAX_KEY_BYTES:
        return f"a key may be {MAX_KEY_BYTES} bytes long"
    if len(_value(line)) > MAX_VALUE_BYTES:
        return f"a value may be {MAX_VALUE_BYTES:,} bytes long"
    return None


def _rule_problem(rule: RedirectRule) -> str | None:
    return "a host has no port there" if has_port(rule.host) else None


def _prefix(line: RedirectLine) -> _Pattern:
    source = source_of(line.source)
    rest = "(.*)" if source.path.endswith("/") else "(|/.*)"
    target: list[str | int] = [line.target, 1] if line.target else []
    return source.host, f"^{request_pattern(source.path)}{rest}$", target, line.status


def _rule(rule: RedirectRule) -> _Pattern:
    return rule.host, f"^{rule_pattern(rule)}$", list(rule.target), rule.status


def _store_bytes(line: RedirectLine, site: Site) -> int:
    return 0 if line.match is MapMatch.PREFIX else len(_pair(line)) + 2


def _function_bytes(line: RedirectLine, site: Site) -> int:
    return len(json.dumps(_prefix(line))) + 4 if line.match is MapMatch.PREFIX else 0


def _rule_bytes(rule: RedirectRule) -> int:
    return len(json.dumps(_rule(rule))) + 4


def _pair(line: RedirectLine) -> str:
    return json.dumps({"key": _key(line), "value": _value(line)})


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    patterns = [*map(_prefix, accepted.prefixes), *map(_rule, accepted.rules)]
    patterns.sort(key=lambda pattern: not pattern[0])  # one without a host answers on every host
    listed = "".join(f"\n  {json.dumps(pattern)}," for pattern in patterns)
    yield ServerFile("linkreclaim-function.js", _FUNCTION.replace("PATTERNS_HERE", listed).encode())
    pairs = ",\n".join(_pair(line) for line in accepted.exact)
    yield ServerFile("linkreclaim-store.json", f'{{"data":[\n{pairs}\n]}}\n'.encode())


_FUNCTION = r"""import cf from 'cloudfront';

const store = cf.kvs();
const patterns = [PATTERNS_HERE
];
const names = {
  301: 'Moved Permanently', 302: 'Found', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 410: 'Gone'
};

function spell(path) {
  return path.replace(/%[0-9a-fA-F]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@\/%]+|%/g, function (unit) {
    if (unit === '%') return '%25';
    if (unit[0] !== '%') return encodeURIComponent(unit);
    const character = String.fromCharCode(parseInt(unit.slice(1), 16));
    return /[A-Za-z0-9\-._~!$&'()*+,;=:@]/.test(character) ? character : unit.toUpperCase();
  });
}

async function stored(key) {
  try {
    return await store.get(key);
  } catch (missing) {
    return '';
  }
}

function answer(status, target) {
  const response = { statusCode: status, statusDescription: names[status] };
  if (target) response.headers = { location: { value: target } };
  return response;
}

function withQuery(target, query) {
  if (!target || !query) return target;
  const at = target.indexOf('#');
  const base = at < 0 ? target : target.slice(0, at);
  return base + (base.indexOf('?') < 0 ? '?' : '&') + query + (at < 0 ? '' : target.slice(at));
}

async function handler(event) {
  const request = event.request;
  const query = request.rawQueryString() || '';
  const host = request.headers.host ? request.headers.host.value.toLowerCase().replace(/^www\./, '') : '';
  const path = spell(request.uri);
  const keys = [host + path, path];
  for (const key of keys) {
    let found = query ? await stored(key + '?' + query) : '';
    if (found) return answer(Number(found.slice(0, 3)), found.slice(4));
    found = await stored(key);
    if (found) return answer(Number(found.slice(0, 3)), withQuery(found.slice(4), query));
  }
  for (const pattern of patterns) {
    const match = pattern[0] && pattern[0] !== host ? null : new RegExp(pattern[1]).exec(request.uri);
    if (match) {
      const target = pattern[2].map(function (part) { return typeof part === 'number' ? match[part] : part; }).join('');
      return answer(pattern[3], withQuery(target, query));
    }
  }
  return request;
}
"""

AWS_CLOUDFRONT = HostedWriter(
    engine="aws-cloudfront",
    title="Amazon CloudFront",
    takes=Takes(REDIRECTING | {410}, hosts=True, queries=True, prefixes=True, rules=True),
    way_out="write it into another function, or into the origin's own rules",
    install=Install(
        where="""
1. Put `linkreclaim-store.json` into an S3 bucket, and create a key value store from it (CloudFront > Functions >
   KeyValueStores > Create, S3 URI).
2. Create a function with runtime cloudfront-js-2.0 and the text of `linkreclaim-function.js`, associate the store with
   it, and publish it.
3. Associate the function with the behaviour that answers for the old paths, as viewer request. A behaviour takes one
such function: with one of your own, call this one's handler from it.
A former host must be an alternate domain name of the distribution.
""",
        test="""
CloudFront > Functions > Test, with an old path as URI; then:
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Take the function off the behaviour again; it holds within minutes.",
        limits="""
A store imports 5 MB, keys up to 512 and values up to 1,024 bytes; a function may be 10 KB long, prefixes and rules
included. Each request asks the store up to four times.
A line without a host answers on every domain name of the distribution.
""",
    ),
    files=_files,
    problem=_problem,
    rule_problem=_rule_problem,
    room=(
        Room(MAX_STORE_BYTES - 100, "bytes of keys and values", _store_bytes, lambda rule: 0),
        Room(MAX_FUNCTION_BYTES - len(_FUNCTION), "bytes of prefixes and rules", _function_bytes, _rule_bytes),
    ),
)
