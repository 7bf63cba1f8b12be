r"""Logs of one JSON object a line: nginx, Caddy, Traefik, Cloudflare, Vercel, Netlify.

What each key means is data here. nginx lets its owner choose the keys, so there the usual names of a value are tried
in turn, without regard to case, `-` and `_`, in nested objects too (`http.response.status_code`).

Sources: Caddy's access log (samples of lnav and matomo-log-analytics); Traefik pkg/middlewares/accesslog/logdata.go
(`StartUTC`, `RequestPath`, `DownstreamStatus`; headers are `request_` and their name); Cloudflare Logpush "HTTP
requests"; Vercel "Log Drains reference" (`proxy`); nginx ngx_http_log_module (`escape=json`) and ngx_http_core_module
(names of variables). Netlify "Log drains" names client_ip and user_agent; its other keys are from documentation that no
sample confirms.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from linkreclaim.sources.logs.formats.days import day_of, day_of_number
from linkreclaim.sources.logs.formats.values import (
    address_of,
    hit,
    host_of,
    request_target,
    status_of,
    target_of,
    text_of,
)
from linkreclaim.sources.logs.interface import Hit, LogFormat, Unread

_MAX_DEPTH = 4  # of nested objects in which a key is looked for: http.request.headers.referer
_LONGEST_KEY = 64  # that is remembered
_BYTE_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which keys the values of a request stand, the best first; `a.b` is key b of the object under a."""

    status: tuple[str, ...]
    target: tuple[str, ...]
    host: tuple[str, ...] = ()
    referrer: tuple[str, ...] = ()
    user_agent: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    query: tuple[str, ...] = ()  # where the target lacks it
    loose: bool = False  # keys in any case, with - and _ alike
    proofs: tuple[tuple[str, ...], ...] = ()  # a record of this kind has one key of each at least


CADDY = Keys(
    status=("status",),
    target=("request.uri",),
    host=("request.host",),
    referrer=("request.headers.Referer",),
    user_agent=("request.headers.User-Agent",),
    address=("request.client_ip", "request.remote_ip", "request.remote_addr"),
    day=("ts",),
    proofs=(("request.method",), ("ts",)),
)
TRAEFIK = Keys(
    status=("DownstreamStatus",),
    target=("RequestPath",),
    host=("RequestAddr", "RequestHost"),
    referrer=("request_Referer", "request_referer"),
    user_agent=("request_User-Agent", "request_user-agent"),
    address=("ClientHost", "ClientAddr"),
    day=("StartLocal", "StartUTC", "time"),
    proofs=(("RequestPath",),),
)
CLOUDFLARE = Keys(
    status=("EdgeResponseStatus",),
    target=("ClientRequestURI", "ClientRequestPath"),
    host=("ClientRequestHost",),
    referrer=("ClientRequestReferer",),
    user_agent=("ClientRequestUserAgent",),
    address=("ClientIP",),
    day=("EdgeStartTimestamp", "EdgeEndTimestamp", "Datetime"),
)
VERCEL = Keys(
    status=("proxy.statusCode",),
    target=("proxy.path",),
    host=("proxy.host", "host"),
    referrer=("proxy.referer",),
    user_agent=("proxy.userAgent",),
    address=("proxy.clientIp",),
    day=("proxy.timestamp", "timestamp"),
)
NETLIFY = Keys(
    status=("status_code",),
    target=("url", "path"),
    host=("domain", "host"),
    referrer=("referrer", "referer"),
    user_agent=("user_agent",),
    address=("client_ip",),
    day=("timestamp",),
    proofs=(("method", "log_type", "deploy_id", "account_id"), ("timestamp",), ("url",)),
)
NGINX = Keys(
    status=("status", "status_code", "response_status", "http_status", "response_code", "http.response.status_code",
            "response.status", "httprequest.status", "response", "code"),
    target=("request_uri", "request", "path", "request_path", "requesturl", "url_path", "uri", "url", "url.original",
            "url.path", "request_url", "request.uri", "request.url", "httprequest.requesturl", "request_line"),
    host=("host", "http_host", "vhost", "server_name", "virtual_host", "domain", "url.domain", "request.host"),
    referrer=("http_referer", "http_referrer", "referer", "referrer", "http.request.referrer", "request_referer",
              "headers.referer", "request.headers.referer", "httprequest.referer"),
    user_agent=("http_user_agent", "user_agent", "useragent", "agent", "ua", "user_agent.original",
                "headers.user_agent", "request.headers.user_agent", "httprequest.useragent"),
    address=("remote_addr", "remote_ip", "client_ip", "client", "ip", "remote_address", "clientip",
             "realip_remote_addr", "client.ip", "source.ip", "remote_host", "remote", "httprequest.remoteip"),
    day=("time_iso8601", "time_local", "@timestamp", "timestamp", "time", "date", "datetime", "ts", "msec",
         "start_time"),
    query=("args", "query_string", "query", "url.query"),
    loose=True,
    proofs=(("remote_addr", "remote_ip", "client_ip", "client", "ip", "remote_address", "clientip", "client.ip",
             "source.ip", "remote_host", "remote", "httprequest.remoteip", "http_user_agent", "user_agent", "useragent",
             "agent", "httprequest.useragent", "user_agent.original"),
            ("time_iso8601", "time_local", "@timestamp", "timestamp", "time", "date", "datetime", "ts", "msec",
             "start_time")),
)  # fmt: skip


class JsonParser:
    """Reads lines of JSON; what a container manager writes in front of the object (`caddy  | {`) is passed over."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def parse(self, line: bytes) -> Hit | Unread | None:
        """The request of a line; None for a blank line, and for an object that is no request but a message."""
        if line.isspace() or not line:
            return None
        record = _record(line)
        if isinstance(record, Unread):
            return record
        return self._hit_of(record, line)

    def is_certain(self, line: bytes) -> bool | None:
        """Whether a line has what this format's requests have, and cannot be another kind of table in JSON."""
        record = _first_of_list(line) if line.startswith(b"[") else _record(line)
        if isinstance(record, Unread):
            return False if b"{" in line else None
        found = self._hit_of(record, line)
        if found is None:
            return None
        if isinstance(found, Unread) or not (found.target.startswith("/") or found.user_agent):
            return False
        values = _Values(record, self._keys.loose)
        return all(values.first(names) is not None for names in self._keys.proofs)

    def _hit_of(self, record: Record, line: bytes) -> Hit | Unread | None:
        keys, values = self._keys, _Values(record, self._keys.loose)
        written, target = values.first(keys.status), values.first(keys.target)
        if written is None and target is None:
            return None
        if written is None or target is None:
            return Unread("it has no status code" if written is None else "it has no path")
        status = status_of(_text(written))
        if not isinstance(status, int):
            return status
        if not any(needle in line for needle in needles(status)):
            return Unread(f"its status {status} is not written as a plain number right after its key")
        return hit(
            status,
            _target(_bytes(target), _bytes(values.first(keys.query))),
            host_of(_bytes(values.first(keys.host))),
            text_of(_bytes(values.first(keys.referrer))),
            text_of(_bytes(values.first(keys.user_agent))),
            address_of(_bytes(values.first(keys.address))),
            _day(values.first(keys.day)),
        )


def needles(status: int) -> tuple[bytes, ...]:
    """A status as the value of a key: a number or a text, with or without a blank; any other way is not read."""
    code = b"%d" % status
    return b":" + code, b": " + code, b':"' + code + b'"', b': "' + code + b'"'


class _Values:
    def __init__(self, record: Record, loose: bool) -> None:
        self._find: Callable[[str], Any] = dict(_flat(record)).get if loose else partial(_at, record)

    def first(self, names: tuple[str, ...]) -> Any:
        """The first value that is there and is no object; of a list its first item."""
        for name in names:
            value = self._find(name)
            while isinstance(value, list) and value:
                value = value[0]
            if value is not None and not isinstance(value, (dict, list)):
                return value
        return None


def _at(record: Record, name: str) -> Any:
    value: Any = record
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _flat(record: Record, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        name = prefix + (_plain_key(key) if len(key) < _LONGEST_KEY else key)
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _flat(value, name + ".", depth + 1)
        else:
            yield name, value


@lru_cache(maxsize=4096)
def _plain_key(key: str) -> str:
    return key.lower().replace("-", "_").removeprefix("$")


def _record(line: bytes) -> Record | Unread:
    start = line.find(b"{")
    if start < 0:
        return Unread("there is no JSON object in it")
    text = line[start:].decode("utf-8", "surrogateescape").rstrip(" \t\r,]")
    try:
        record = _loads(text)
    except (ValueError, RecursionError):
        several = line[:start].strip() == b"["
        hint = "; a list of objects must have one a line: jq -c .[]" if several else ""
        return Unread(f"its JSON is broken{hint}")
    return record if isinstance(record, dict) else Unread("there is no JSON object in it")


def _first_of_list(line: bytes) -> Record | Unread:
    try:
        record, _ = json.JSONDecoder().raw_decode(line[1:].decode("utf-8", "surrogateescape").lstrip())
    except (ValueError, RecursionError):
        return Unread("its JSON is broken")
    return record if isinstance(record, dict) else Unread("there is no JSON object in it")


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        if "\\x" not in text:
            raise
        return json.loads(_BYTE_ESCAPE.sub(_byte, text))  # nginx without escape=json


def _byte(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return f"\\u{code if code < 0x80 else 0xDC00 + code:04x}"


def _text(value: Any) -> str:
    return str(value) if not isinstance(value, bool) else ""


def _bytes(value: Any) -> bytes:
    text = "" if value is None else _text(value)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair, which no request can hold
        return text.encode("utf-8", "replace")


def _target(raw: bytes, query: bytes) -> str:
    path = raw if b" HTTP/" not in raw and not raw.partition(b" ")[2] else b""
    if not path:
        return request_target(raw)
    return target_of(path + b"?" + query.removeprefix(b"?") if query.strip(b"-") and b"?" not in path else path)


def _day(value: Any) -> date | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return day_of_number(value)
    return day_of(_text(value)) if value is not None else None


def _format(name: str, title: str, keys: Keys, *notes: str) -> LogFormat:
    return LogFormat(name, title, True, partial(JsonParser, keys), needles, notes=notes)


FORMATS: tuple[LogFormat, ...] = (
    _format(
        "cloudflare",
        "Cloudflare Logpush (HTTP requests)",
        CLOUDFLARE,
        "Cloudflare writes the referring page only when the job's fields include ClientRequestReferer.",
    ),
    _format("caddy", "Caddy JSON", CADDY),
    _format(
        "traefik",
        "Traefik JSON",
        TRAEFIK,
        "Traefik writes the referring page only when accessLog.fields.headers keeps the header Referer.",
    ),
    _format(
        "vercel",
        "Vercel log drain",
        VERCEL,
        "A function's own messages repeat the request they belong to, and are counted with it.",
    ),
    _format("netlify", "Netlify log drain", NETLIFY),
    _format("nginx_json", "JSON with the usual names of nginx's variables", NGINX),
)
