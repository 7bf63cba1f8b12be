"""Google's login and Search Console as their references describe them.

developers.google.com/identity/protocols/oauth2 and /webmaster-tools/v1 (sites.list, searchanalytics.query,
urlInspection.index.inspect), read in 2026; answers of an inspection in the form that users recorded in August 2026.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.sources.apis.server import Asked, Reply

CLIENT = {"client_id": "1234.apps.googleusercontent.com", "client_secret": "client-secret-x"}
REFRESH = "1//refresh-secret"
_QUERY = re.compile(r"/webmasters/v3/sites/([^/]+)/searchAnalytics/query")


def error(status: int, message: str, reason: str = "", canonical: str = "") -> Reply:
    """An error in the form of the v3 methods, which has the new form's `status` too."""
    listed = [{"message": message, "domain": "global", "reason": reason}] if reason else []
    return Reply({"error": {"code": status, "message": message, "errors": listed, "status": canonical}}, status)


def known(state: str, *referring: str) -> dict[str, Any]:
    """What an inspection says of a URL that Google has met."""
    return {
        "verdict": "NEUTRAL",
        "coverageState": "Not found (404)",
        "robotsTxtState": "ALLOWED",
        "indexingState": "INDEXING_ALLOWED",
        "lastCrawlTime": "2026-08-21T08:31:23Z",
        "pageFetchState": state,
        "crawledAs": "MOBILE",
        **({"referringUrls": list(referring)} if referring else {}),
    }


UNKNOWN = {
    "verdict": "NEUTRAL",
    "coverageState": "URL is unknown to Google",
    "robotsTxtState": "ROBOTS_TXT_STATE_UNSPECIFIED",
    "indexingState": "INDEXING_STATE_UNSPECIFIED",
    "pageFetchState": "PAGE_FETCH_STATE_UNSPECIFIED",
}


@dataclass
class FakeGoogle:
    """An account: its properties, pages with clicks of each, and what is known of URLs."""

    properties: dict[str, str] = field(default_factory=lambda: {"sc-domain:example.com": "siteOwner"})
    pages: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # by property
    inspected: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, Reply] = field(default_factory=dict)  # instead, by path or by inspected URL
    quota_project: str = ""  # requests must name it
    tokens_given: list[str] = field(default_factory=list)
    logins: list[Mapping[str, str]] = field(default_factory=list)
    lifetime_s: int = 3599

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return self._login(asked)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in (*self.tokens_given[-1:], "token-by-hand"):
            return error(401, "Request had invalid authentication credentials.", "authError", "UNAUTHENTICATED")
        if asked.headers.get("x-goog-user-project", "") != self.quota_project:
            message = "The searchconsole.googleapis.com API requires a quota project, which is not set by default."
            details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}]
            return Reply({"error": {"code": 403, "message": message, "details": details}}, 403)
        if asked.path in self.answers:
            return self.answers[asked.path]
        if asked.path == "/webmasters/v3/sites":
            return Reply(self._sites())
        if asked.path == "/v1/urlInspection/index:inspect":
            return self._inspect(asked.json)
        found = _QUERY.fullmatch(asked.path)
        assert found, asked.path
        return self._query(unquote(found[1]), asked.json)

    def _login(self, asked: Asked) -> Reply:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        form = dict(parse_qsl(asked.body.decode()))
        self.logins.append(form)
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != REFRESH:
            told = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            return Reply(told, 400)
        self.tokens_given.append(f"ya29.token-{len(self.tokens_given)}")
        token = {"access_token": self.tokens_given[-1], "expires_in": self.lifetime_s, "token_type": "Bearer"}
        return Reply(token)

    def _sites(self) -> dict[str, Any]:
        entries = [{"siteUrl": name, "permissionLevel": level} for name, level in self.properties.items()]
        return {"siteEntry": entries} if entries else {}

    def _query(self, name: str, body: dict[str, Any]) -> Reply:
        if name not in self.properties:
            return error(403, f"User does not have sufficient permission for site '{name}'.", "forbidden")
        assert body["dimensions"] == ["page"]
        assert 1 <= body["rowLimit"] <= 25_000
        pages = self.pages.get(name, [])
        for group in body.get("dimensionFilterGroups", []):
            for only in group["filters"]:
                assert only["operator"] == "includingRegex"
                pages = [page for page in pages if re.search(only["expression"], page[0])]
        rows = [
            {"keys": [page], "clicks": float(clicks), "impressions": clicks + 10.0, "ctr": 0.5, "position": 3.5}
            for page, clicks in pages[body["startRow"] : body["startRow"] + body["rowLimit"]]
        ]
        return Reply({**({"rows": rows} if rows else {}), "responseAggregationType": "byPage"})

    def _inspect(self, body: dict[str, Any]) -> Reply:
        url, name = body["inspectionUrl"], body["siteUrl"]
        if url in self.answers:
            return self.answers[url]
        if name not in self.properties:
            message = "You do not own this site, or the inspected URL is not part of this property."
            return error(403, message, canonical="PERMISSION_DENIED")
        status = self.inspected.get(url, UNKNOWN)
        return Reply(
            {"inspectionResult": {"inspectionResultLink": "https://search.google.com/x", "indexStatusResult": status}}
        )
