"""Majestic's JSON API as developer-support.majestic.com/api/commands describes it; GetTopPages as its users ask it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sources.apis.server import Asked, Reply

KEY = "ABCDEF0123456789ABCDEF0123456789"
PATH = "/api/json"
MAX_COUNT = 50_000


def page(url: str, links: int = 120, domains: int = 17) -> dict[str, Any]:
    """A row of GetTopPages."""
    return {
        "URL": url,
        "Title": "Old",
        "ACRank": 3,
        "ExtBackLinks": links,
        "RefDomains": domains,
        "LastCrawlResult": "DownloadedSuccessfully",
        "TrustFlow": 12,
        "CitationFlow": 20,
        "TopicalTrustFlow_Topic_0": "Home/Gardens",
    }


def link(source: str, target: str, **other: Any) -> dict[str, Any]:
    """A row of GetBackLinkData."""
    return {
        "SourceURL": source,
        "ACRank": 4,
        "AnchorText": "chairs",
        "Date": "2026-09-01",
        "FlagRedirect": 0,
        "FlagFrame": 0,
        "FlagNoFollow": 1,
        "FlagImages": 0,
        "FlagDeleted": 0,
        "FlagAltText": 0,
        "FlagMention": 0,
        "TargetURL": target,
        "FirstIndexedDate": "2020-06-29",
        "LastSeenDate": "2026-10-14",
        "DateLost": "",
        "ReasonLost": "",
        "LinkType": "TextLink",
        "SourceCitationFlow": 33,
        "SourceTrustFlow": 21,
        "TargetCitationFlow": 30,
        "TargetTrustFlow": 20,
        "SourceTitle": "A guide",
        **other,
    }


@dataclass
class FakeMajestic:
    """Answers tables and charges units. `instead` is answered first, one after the other."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    analysis_units: int = 1_000_000
    retrieval_units: int = 100_000
    tells_charges: bool = True
    instead: list[Reply] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """One command."""
        if self.instead:
            return self.instead.pop(0)
        params = asked.params
        if asked.path != PATH:
            return Reply(b"not found", 404)
        if params.get("app_api_key") != KEY:
            return error("InvalidAPIKey", "API key is not valid or access from this IP is not allowed")
        assert params["datasource"] == "fresh"
        if params["cmd"] == "GetTopPages":
            return self._answer("Matches", self.pages, params)
        if params["cmd"] == "GetBackLinkData":
            item = params["item"]
            links = [entry for entry in self.links if not item.startswith("http") or entry["TargetURL"] == item]
            if params["Mode"] == "1":
                links = [entry for entry in links if not entry["FlagDeleted"]]
            return self._answer("BackLinks", links, params)
        return error("UnknownCommand", f"No such command: {params['cmd']}")

    def _answer(self, name: str, rows: list[dict[str, Any]], params: Mapping[str, str]) -> Reply:
        count, start = int(params.get("Count", 100)), int(params.get("From", 0))
        assert count <= MAX_COUNT
        data = rows[start : start + count]
        if self.analysis_units < 5_000 or self.retrieval_units < len(data):
            return error("InsufficientAnalysisResUnits", "There are not enough resource units left")
        self.analysis_units -= 5_000
        self.retrieval_units -= len(data)
        charged = {"ChargedAnalysisResUnits": 5_000, "ChargedRetrievalResUnits": len(data)}
        return Reply(
            {
                "Code": "OK",
                "ErrorMessage": "",
                "FullError": "",
                **(charged if self.tells_charges else {}),
                "IndexType": 1,
                "RemainingAnalysisResUnits": self.analysis_units,
                "DataTables": {name: {"Headers": {"TotalMatches": len(rows)}, "Data": data}},
            }
        )


def error(code: str, message: str) -> Reply:
    """An error as Majestic writes it: HTTP 200 and a code."""
    return Reply({"Code": code, "ErrorMessage": message, "FullError": ""})
