"""Yandex Webmaster's API as its reference describes it (yandex.ru/dev/webmaster/doc/en/reference, read in 2026)."""

import re
from dataclasses import dataclass, field

from tests.sources.apis.server import Asked, Reply

TOKEN = "y0-secret-token"
USER = 127_000_001
_SAMPLES = re.compile(r"/v4/user/(\d+)/hosts/([^/]+)/links/external/samples")


def host(address: str, *, verified: bool = True) -> dict[str, object]:
    """An entry of the list of sites."""
    scheme, _, name = address.partition("://")
    port = 443 if scheme == "https" else 80
    return {
        "host_id": f"{scheme}:{name}:{port}",
        "ascii_host_url": f"{address}/",
        "unicode_host_url": f"{address}/",
        "verified": verified,
        "main_mirror": None,
    }


def link(number: int) -> dict[str, object]:
    """One sample."""
    return {
        "source_url": f"https://blog{number}.example.org/post",
        "destination_url": f"https://example.com/old/{number}",
        "discovery_date": "2019-01-01",
        "source_last_access_date": "2026-03-05",
    }


@dataclass
class FakeYandex:
    """An account with its sites and the samples of each."""

    hosts: list[dict[str, object]] = field(default_factory=lambda: [host("https://example.com")])
    links: dict[str, list[object]] = field(default_factory=dict)  # by host_id
    answers: dict[int, Reply] = field(default_factory=dict)  # instead of the page at this offset

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"OAuth {TOKEN}":
            return error(403, "INVALID_OAUTH_TOKEN", "Invalid OAuth token")
        if asked.path == "/v4/user":
            return Reply({"user_id": USER})
        if asked.path == f"/v4/user/{USER}/hosts":
            return Reply({"hosts": self.hosts})
        found = _SAMPLES.fullmatch(asked.path)
        assert found, asked.path
        assert found[1] == str(USER)
        return self._samples(found[2], int(asked.params.get("offset", 0)), int(asked.params.get("limit", 10)))

    def _samples(self, host_id: str, offset: int, limit: int) -> Reply:
        if not 1 <= limit <= 100:
            return error(400, "FIELD_VALIDATION_ERROR", "limit")
        if offset in self.answers:
            return self.answers[offset]
        links = self.links.get(host_id, [])
        return Reply({"count": len(links), "links": links[offset : offset + limit]})


def error(status: int, code: str, message: str) -> Reply:
    """An error as all methods give it."""
    return Reply({"error_code": code, "error_message": message}, status)
