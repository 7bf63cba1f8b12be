"""Who asked: a person, a crawler of a search engine or an assistant, one that only says so, or another program.

A user agent is a claim. A crawler is believed when its address is in a range that its owner publishes, or resolves
to the owner's domain and back; nothing here keeps an address.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from linkreclaim.sources.logs.address_ranges import PublishedRanges
from linkreclaim.sources.logs.interface import Visitor
from linkreclaim.sources.logs.known_crawlers import KNOWN_CRAWLERS, Crawler

if TYPE_CHECKING:  # it loads the whole room that asks servers, which few need
    from linkreclaim.sources.logs.reverse_dns import ReverseDns

MOST_CHARS = 500
"""Of a user agent are read: real ones hold up to 400, hostile ones as many as a server takes."""
_REMEMBERED_AGENTS = 16_384  # 10 MB at most
_REMEMBERED_PROOFS = 50_000  # 10 MB at most

_CLAIMS = {agent: crawler for crawler in KNOWN_CRAWLERS for agent in crawler.agents}
_CLAIM = re.compile(
    "(?<!like )(?:" + "|".join(re.escape(agent) for agent in sorted(_CLAIMS, key=len, reverse=True)) + ")"
)
"""Who adds "like FeedFetcher-Google" does not claim to be it."""
_BROWSER = re.compile(
    r"mozilla/\d\S* \S|opera[/ ]\d|lynx/|links \(|elinks|w3m/|midori/|dillo/|netsurf/|konqueror/"
    r"|(?:nokia|samsung|sonyericsson|blackberry|lg[-/]|mot-|zte|huawei|htc|sie-|docomo|micromax|ucweb|j2me)"
    r"|.{0,200}(?:midp-|up\.browser)"
)
"""How user agents of browsers begin: of nearly all with Mozilla/5.0, of those in text and of old telephones with their
names. Everything else is a program's: curl/8.5, python-requests/2.32, Go-http-client/2.0 (our judgement)."""
_PROGRAM = re.compile(
    r"(?<!cu)bot(?![a-z])|(?<![a-z])bot|crawl|spider|slurp|scan|scrap|headless|phantomjs|puppeteer|playwright|selenium"
    r"|python|java/|httpclient|http-client|okhttp|libwww-perl|curl|wget|axios|node-fetch|go-http|php/"
    r"|\(compatible;(?! ?(?:msie|konqueror|icab|netfront))|\+https?:|[a-z]@[a-z]"
    r"|lighthouse|pagespeed|gtmetrix|pingdom|uptime|monitor|statuscake|site24x7|newrelic|datadog|check_http"
    r"|archiver|heritrix|nutch|validator|preview|fetcher|feed(?!light)|rss\b|nikto|sqlmap|nmap|masscan|zgrab|nuclei"
    r"|wpscan|dirbuster|gobuster|acunetix|nessus|openvas|netcraft|censys|expanse|internet-?measurement|probe"
    r"|favicon|google-"
)
"""What programs that otherwise look like browsers say of themselves: a trade, "compatible" with no browser's name,
somebody's address on the web or by mail (the custom of robots). Cubot is a telephone. Our judgement, of the samples
and of well-known programs."""


class Crawlers:
    """Tells who asked by user agent and address: 0.3 us for what it met before, some 10 us else, look-ups aside."""

    def __init__(self, ranges: PublishedRanges | None = None, resolver: "ReverseDns | None" = None) -> None:
        self._ranges = ranges or PublishedRanges()
        self._resolver = resolver
        self._proofs: dict[tuple[str, str], bool] = {}

    def tell(self, user_agent: str, address: str) -> Visitor:
        """Who asked. With a resolver, the first request of a claimed crawler from an address waits for DNS."""
        speaker = _speaker(user_agent[:MOST_CHARS])
        if isinstance(speaker, Visitor):
            return speaker
        return Visitor.CRAWLER if self._is_proved(speaker, address) else Visitor.CLAIMED

    def look_up(self, visits: Iterable[tuple[str, str]]) -> None:
        """Ask DNS for many (user agent, address) at once, so that `tell` need not wait for them one by one."""
        if self._resolver is not None:
            self._resolver.look_up(address for agent, address in visits if self._needs_name(agent, address))

    def _needs_name(self, user_agent: str, address: str) -> bool:
        crawler = claimed_crawler(user_agent)
        return crawler is not None and bool(crawler.domains) and not self._ranges.hold(crawler, address)

    def _is_proved(self, crawler: Crawler, address: str) -> bool:
        if self._resolver is None and not self._ranges.know(crawler):
            return False
        key = (crawler.name, address)
        proved = self._proofs.get(key)
        if proved is None:
            if len(self._proofs) >= _REMEMBERED_PROOFS:
                self._proofs.clear()
            proved = self._proofs[key] = self._prove(crawler, address)
        return proved

    def _prove(self, crawler: Crawler, address: str) -> bool:
        if self._ranges.hold(crawler, address):
            return True
        if self._resolver is None or not crawler.domains:
            return False
        return self._resolver.is_below(address, crawler.domains) is True


def claimed_crawler(user_agent: str) -> Crawler | None:
    """The crawler that a user agent says it is; None for persons and other programs."""
    speaker = _speaker(user_agent[:MOST_CHARS])
    return speaker if isinstance(speaker, Crawler) else None


@lru_cache(_REMEMBERED_AGENTS)
def _speaker(user_agent: str) -> Crawler | Visitor:
    agent = user_agent.strip().lower()
    claim = _CLAIM.search(agent)
    if claim:
        return _CLAIMS[claim[0]]
    if _BROWSER.match(agent) is None or _PROGRAM.search(agent):
        return Visitor.PROGRAM
    return Visitor.PERSON
