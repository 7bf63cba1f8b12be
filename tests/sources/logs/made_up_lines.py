"""One made-up line of each format, and what it says; the same request in all of them."""

import json
from datetime import date
from typing import Any, NamedTuple

from linkreclaim.sources.logs.interface import Hit

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
REFERRER = "https://blog.example.org/guide?a=1&b=2"
DAY = date(2026, 4, 15)
CLF_TIME = "[15/Apr/2026:09:41:07 +0200]"
ISO_TIME = "2026-04-15T07:41:07.12Z"
REQUEST = '"GET /old?x=1 HTTP/1.1"'
ABSOLUTE = '"GET https://shop.example.com:443/old?x=1 HTTP/1.1"'
TAIL = f'{REQUEST} 404 153 "{REFERRER}" "{AGENT}"'

WITH_ALL = Hit(404, "/old?x=1", "", REFERRER, AGENT, "192.0.2.7", DAY)
WITH_HOST = WITH_ALL._replace(host="shop.example.com")
ABSOLUTE_HIT = WITH_HOST._replace(target="https://shop.example.com/old?x=1")


class Line(NamedTuple):
    """A line under the lines that must stand before it, and its request."""

    text: bytes
    hit: Hit
    header: bytes = b""


def unlinked(hit: Hit) -> Hit:
    """The request without its referrer."""
    return hit._replace(referrer="")


def bare(hit: Hit) -> Hit:
    """The request without referrer and user agent."""
    return hit._replace(referrer="", user_agent="")


def _line(text: str | dict[str, Any], hit: Hit, header: str = "") -> Line:
    return Line((text if isinstance(text, str) else json.dumps(text)).encode(), hit, header.encode())


CADDY = {
    "ts": 1776238867.25,
    "logger": "http.log.access",
    "request": {
        "client_ip": "192.0.2.7",
        "method": "GET",
        "host": "Shop.example.com:443",
        "uri": "/old?x=1",
        "headers": {"User-Agent": [AGENT], "Referer": [REFERRER]},
    },
    "status": 404,
}
TRAEFIK = {
    "ClientHost": "192.0.2.7",
    "DownstreamStatus": 404,
    "RequestAddr": "shop.example.com",
    "RequestPath": "/old?x=1",
    "StartLocal": "2026-04-15T09:41:07.1+02:00",
    "request_Referer": REFERRER,
    "request_User-Agent": AGENT,
}
CLOUDFLARE = {
    "ClientIP": "192.0.2.7",
    "ClientRequestHost": "shop.example.com",
    "ClientRequestURI": "/old?x=1",
    "ClientRequestReferer": REFERRER,
    "ClientRequestUserAgent": AGENT,
    "EdgeResponseStatus": 404,
    "EdgeStartTimestamp": 1776238867250000000,
}
VERCEL = {
    "id": "1",
    "source": "static",
    "host": "shop-1.vercel.app",
    "timestamp": 1776238867250,
    "proxy": {
        "timestamp": 1776238867250,
        "method": "GET",
        "host": "shop.example.com",
        "path": "/old?x=1",
        "userAgent": [AGENT],
        "referer": REFERRER,
        "statusCode": 404,
        "clientIp": "192.0.2.7",
    },
}
NETLIFY = {
    "log_type": "traffic",
    "method": "GET",
    "timestamp": "2026-04-15T09:41:07.250Z",
    "url": "https://shop.example.com/old?x=1",
    "status_code": 404,
    "referrer": REFERRER,
    "user_agent": AGENT,
    "client_ip": "192.0.2.7",
}
NGINX = {
    "time_local": "15/Apr/2026:09:41:07 +0200",
    "remote_addr": "192.0.2.7",
    "host": "shop.example.com",
    "request": "GET /old?x=1 HTTP/1.1",
    "status": "404",
    "http_referer": REFERRER,
    "http_user_agent": AGENT,
}
ECS = {
    "@timestamp": "2026-04-15T09:41:07Z",
    "client": {"ip": "192.0.2.7"},
    "url": {"domain": "shop.example.com", "path": "/old", "query": "x=1"},
    "http": {"request": {"referrer": REFERRER}, "response": {"status_code": 404}},
    "user_agent": {"original": AGENT},
}
CLOUDFRONT_FIELDS = {
    "date": "2026-04-15",
    "time": "07:41:07",
    "x-edge-location": "FRA2",
    "c-ip": "192.0.2.7",
    "cs-method": "GET",
    "cs(Host)": "d1.cloudfront.net",
    "cs-uri-stem": "/old",
    "sc-status": "404",
    "cs(Referer)": REFERRER,
    "cs(User-Agent)": AGENT.replace(" ", "%2520"),
    "cs-uri-query": "x=1",
    "x-host-header": "shop.example.com",
}
IIS_FIELDS = {
    "date": "2026-04-15",
    "time": "07:41:07",
    "cs-host": "shop.example.com",
    "cs-uri-stem": "/old",
    "cs-uri-query": "x=1",
    "c-ip": "192.0.2.7",
    "cs(User-Agent)": AGENT.replace(" ", "+"),
    "cs(Referer)": REFERRER,
    "sc-status": "404",
}
CLOUD_STORAGE_FIELDS = {
    "time_micros": "1776238867250000",
    "c_ip": "192.0.2.7",
    "c_ip_type": "1",
    "c_ip_region": "",
    "cs_method": "GET",
    "cs_uri": "/old?x=1",
    "sc_status": "404",
    "cs_bytes": "10",
    "sc_bytes": "20",
    "time_taken_micros": "30",
    "cs_host": "shop.example.com",
    "cs_referer": REFERRER,
    "cs_user_agent": AGENT,
    "s_request_id": "x",
}
SQUID = (
    "1776238867.250     12 192.0.2.7 TCP_MISS/404 153 GET http://shop.example.com/old?x=1 "
    "- HIER_DIRECT/10.0.0.1 text/html"
)
S3 = (
    f"79a5 shop.example.com {CLF_TIME} 192.0.2.7 - 3E57 WEBSITE.GET.OBJECT old {REQUEST} 404 NoSuchKey 297 - 9 - "
    f'"{REFERRER}" "{AGENT}" -'
)
ALB = (
    f"https {ISO_TIME} app/lb/50 192.0.2.7:2817 10.0.0.1:80 0.0 0.1 0.0 404 404 34 366 {ABSOLUTE} "
    f'"{AGENT}" ECDHE TLSv1.2 arn'
)
ELB = f'{ISO_TIME} lb 192.0.2.7:2817 10.0.0.1:80 0.0 0.1 0.0 404 404 0 57 {ABSOLUTE} "{AGENT}" - -'
HAPROXY = (
    "Apr 15 09:41:07 lb haproxy[7]: 192.0.2.7:53332 [15/Apr/2026:09:41:07.143] http~ web/a 0/0/7/14/21 404 1394 "
    f"- - ---- 2/1/0/0/0 0/0 <captured>{REQUEST}"
)
CAPTURED = f"{{shop.example.com|{AGENT}|{REFERRER}}} {{nginx}} "


def w3c_header(fields: dict[str, str]) -> str:
    """The lines at the top of a W3C file."""
    return f"#Version: 1.0\n#Fields: {' '.join(fields)}\n"


IIS_NO_REFERRER = {name: value for name, value in IIS_FIELDS.items() if name != "cs(Referer)"}
LINES: dict[str, Line] = {
    "combined": _line(f"192.0.2.7 - - {CLF_TIME} {TAIL}", WITH_ALL),
    "common": _line(f"192.0.2.7 - bob {CLF_TIME} {REQUEST} 404 153", bare(WITH_ALL)),
    "vhost_combined": _line(f"shop.example.com:443 192.0.2.7 - - {CLF_TIME} {TAIL}", WITH_HOST),
    "vhost_common": _line(f"shop.example.com 192.0.2.7 - - {CLF_TIME} {REQUEST} 404 153", bare(WITH_HOST)),
    "ovh": _line(f"192.0.2.7 shop.example.com - {CLF_TIME} {TAIL}", WITH_HOST),
    "gandi": _line(f"shop.example.com 192.0.2.7 - - {CLF_TIME} (0 s) {TAIL}", WITH_HOST),
    "cloud_storage": _line(
        ",".join(f'"{value}"' for value in CLOUD_STORAGE_FIELDS.values()),
        WITH_HOST,
        ",".join(f'"{name}"' for name in CLOUD_STORAGE_FIELDS) + "\n",
    ),
    "squid": _line(
        SQUID,
        bare(ABSOLUTE_HIT)._replace(target="http://shop.example.com/old?x=1"),
    ),
    "caddy": _line(json.dumps(CADDY, separators=(",", ":")), WITH_HOST),
    "traefik": _line(TRAEFIK, WITH_HOST),
    "cloudflare": _line(CLOUDFLARE, WITH_HOST),
    "vercel": _line(VERCEL, WITH_HOST),
    "netlify": _line(NETLIFY, ABSOLUTE_HIT),
    "nginx_json": _line(NGINX, WITH_HOST),
    "w3c": _line(" ".join(IIS_FIELDS.values()), WITH_HOST, w3c_header(IIS_FIELDS)),
    "w3c_no_referrer": _line(" ".join(IIS_NO_REFERRER.values()), unlinked(WITH_HOST), w3c_header(IIS_NO_REFERRER)),
    "cloudfront": _line("\t".join(CLOUDFRONT_FIELDS.values()), WITH_HOST, w3c_header(CLOUDFRONT_FIELDS)),
    "s3": _line(S3, WITH_HOST),
    "alb": _line(ALB, unlinked(ABSOLUTE_HIT)),
    "elb": _line(ELB, unlinked(ABSOLUTE_HIT)),
    "haproxy": _line(HAPROXY.replace("<captured>", CAPTURED), WITH_HOST),
    "haproxy_no_referrer": _line(HAPROXY.replace("<captured>", ""), bare(WITH_ALL)),
}
