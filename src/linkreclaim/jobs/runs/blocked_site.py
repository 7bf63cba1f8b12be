"""When the owner's own site refuses us: noticing it early, and saying what lets us in (docs/blocked-site.md)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, Look, VerdictKind
from linkreclaim.report.escape import make_visible
from linkreclaim.urls import parse
from linkreclaim.verdict.walls import find_wall

FIRST = 50
SHARE_0_1 = 0.2
"""The site is held to block us when more than this share of its first targets is refused: a site of today that guards
a few pages stays below it, and a firewall refuses nearly everything (our judgement)."""
FEWEST = 5
"""Refusals below which a short list says nothing about the whole site (our judgement)."""
LEGAL_STATUS = 451
PAGE = "docs/blocked-site.md"
_SHOWN_CHARS = 200


class Wall(StrEnum):
    """What stands in the way; its value is the heading of the recipe in docs/blocked-site.md."""

    CLOUDFLARE = "cloudflare"
    WORDFENCE = "wordfence"
    PASSWORD = "a-password"  # noqa: S105 - a heading
    PACE = "too-many-requests"
    NGINX = "nginx"
    OTHER = "any-other-firewall"


RECIPES = {
    Wall.CLOUDFLARE: (
        'Let us in: Security > WAF > Custom rules, a rule any(http.request.headers["x-reclaim-key"][*] eq "SECRET")',
        "with the action Skip; then add --header 'X-Reclaim-Key: SECRET'. The free Bot Fight Mode has to be off.",
    ),
    Wall.WORDFENCE: (
        "Let us in: Wordfence > All Options > Advanced Firewall Options > Allowlisted IP addresses that bypass all",
        "rules: enter the public IP address of this machine.",
    ),
    Wall.PASSWORD: ("Let us in: add --basic-auth USER:PASSWORD, or set LINKRECLAIM_BASIC_AUTH.",),
    Wall.PACE: ("Ask more slowly: --per-host 1 --delay 2; or exempt us from the limit.",),
    Wall.NGINX: (
        "Let us in: in the rule of your nginx that refuses, let pass who sends a secret header, then add",
        "--header 'X-Reclaim-Key: SECRET'.",
    ),
    Wall.OTHER: (
        "Let us in: allow the IP address of this machine in your firewall, or a secret header that you add with",
        "--header 'X-Reclaim-Key: SECRET'.",
    ),
}
"""The most fitting recipe for each wall, in short; the page has them whole, with their sources."""


@dataclass(frozen=True, slots=True)
class BlockedSite:
    """How a site refused us, with one answer as evidence."""

    refused: int
    looked: int
    wall: Wall  # the most frequent
    sign: str  # "403, Cloudflare challenge"
    example: str  # a URL that was refused
    evidence: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    url: str
    wall: Wall
    sign: str
    evidence: str


class BlockedWatch:
    """Watches the first looks at a site's own targets for refusals; looks at other hosts do not concern it."""

    def __init__(self, site: Site, first: int = FIRST, share_0_1: float = SHARE_0_1) -> None:
        self._site = site
        self._first = first
        self._share_0_1 = share_0_1
        self._looked = 0
        self._refusals: list[_Refusal] = []

    def add(self, look: Look) -> None:
        """Count a look, while it is among the first."""
        if self._looked < self._first and self._is_own(look.url):
            self._looked += 1
            if is_refused(look) and self._is_own(look.answer.final_url):
                self._refusals.append(_read_refusal(look.answer))

    @property
    def tripped(self) -> BlockedSite | None:
        """How the site refuses us, once that is sure whatever the rest of the first targets answers."""
        return self._blocked() if len(self._refusals) > self._share_0_1 * self._first else None

    @property
    def at_end(self) -> BlockedSite | None:
        """The same when no more targets come: a short list is measured by its own length."""
        few = len(self._refusals) < FEWEST or len(self._refusals) <= self._share_0_1 * self._looked
        return None if few else self._blocked()

    def _is_own(self, address: str) -> bool:
        url = parse(address)
        return url is not None and self._site.owns(url.netloc)

    def _blocked(self) -> BlockedSite:
        commonest = Counter((refusal.wall, refusal.sign) for refusal in self._refusals).most_common(1)[0][0]
        example = next(each for each in self._refusals if (each.wall, each.sign) == commonest)
        refused = len(self._refusals)
        return BlockedSite(refused, self._looked, example.wall, example.sign, example.url, example.evidence)


def is_refused(look: Look) -> bool:
    """Whether a look was refused for what we are, not for what the law says of the page (451)."""
    return look.verdict.kind is VerdictKind.BLOCKED and look.answer.status_code != LEGAL_STATUS


def explain(blocked: BlockedSite, host: str, *, http_secrets: bool = False) -> str:
    """What was seen, what helps, and that nothing is lost, in lines for a terminal.

    `http_secrets`: headers were given that did not go to the refusing http address.
    """
    lines = [
        f"{host} refuses us: {blocked.refused} of the first {blocked.looked} targets ({blocked.sign})",
        f"  seen: {blocked.example[:_SHOWN_CHARS]} {blocked.evidence}",
        *_http_hint(blocked, host, http_secrets),
        *(f"  {line}" for line in RECIPES[blocked.wall]),
        f"  All recipes: {PAGE}#{blocked.wall.value}",
        "  Nothing is lost: the same command goes on where it stopped. To go on regardless, add --keep-going.",
    ]
    return "\n".join(lines)


def _http_hint(blocked: BlockedSite, host: str, http_secrets: bool) -> Sequence[str]:
    if not http_secrets or not blocked.example.startswith("http://"):
        return ()
    return (
        f"  --header and --basic-auth went to https addresses only; if the site has no https, give it as http://{host}",
    )


def _read_refusal(answer: Answer) -> _Refusal:
    status = answer.status_code
    wall = _find_wall(answer)
    name = {Wall.CLOUDFLARE: _cloudflare_words(answer), Wall.WORDFENCE: "Wordfence", Wall.PASSWORD: "wants a password"}
    sign = ", ".join(filter(None, (str(status), name.get(wall, ""))))
    return _Refusal(answer.url, wall, sign, f"answered {status}{_evidence(answer)}")


def _find_wall(answer: Answer) -> Wall:
    """Who refuses. Wordfence: "Generated by Wordfence" and "Your access to this site has been limited by the site
    owner" are words of its block page; Cloudflare: `cf-mitigated`, else its `server` header."""
    headers = dict(answer.headers)
    if "cf-mitigated" in headers:
        return Wall.CLOUDFLARE
    words = _page_words(answer)
    if "wordfence" in words or "your access to this site has been limited" in words:
        return Wall.WORDFENCE
    if answer.status_code == 401:
        return Wall.PASSWORD
    server = headers.get("server", "").lower()
    if "cloudflare" in server:
        return Wall.CLOUDFLARE
    if answer.status_code == 429:
        return Wall.PACE
    return Wall.NGINX if server.startswith(("nginx", "openresty")) and find_wall(answer) is None else Wall.OTHER


def _page_words(answer: Answer) -> str:
    page = answer.page
    return "" if page is None else " ".join((page.title, page.text, *page.blocks)).lower()


def _cloudflare_words(answer: Answer) -> str:
    challenged = "challenge" in dict(answer.headers).get("cf-mitigated", "")
    return "Cloudflare challenge" if challenged else "Cloudflare"


def _evidence(answer: Answer) -> str:
    """What a person can check: the wall's own sign, else the header that names the server or the password."""
    sign = find_wall(answer)
    headers = dict(answer.headers)
    named = [f"{name}: {headers[name]}" for name in ("www-authenticate", "server") if headers.get(name)]
    shown = sign or (named[0] if named else "")
    return f", {make_visible(shown[:_SHOWN_CHARS])}" if shown else ""
