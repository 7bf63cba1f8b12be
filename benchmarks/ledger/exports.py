"""Made-up exports of many tools over one pool of links, each under the tool's own header; the same for every run."""

import csv
import random
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

AHREFS = (
    "Referring page title|Referring page URL|Language|Platform|Referring page HTTP code|Domain rating|UR|"
    "Domain traffic|Referring domains|Linked domains|External links|Page traffic|Keywords|Target URL|"
    "Left context|Anchor|Right context|Type|Content|Nofollow|UGC|Sponsored|Rendered|Raw|Lost status|"
    "First seen|Last seen|Lost|Drop reason|Discovered status|Links in group"
)
SEMRUSH = (
    "Page ascore|Source title|Source url|Target url|Anchor|External links|Internal links|Nofollow|Sponsored|Ugc|Text|"
    "Frame|Form|Image|Sitewide|First seen|Last seen|New link|Lost link"
)
MAJESTIC = (
    "Target URL|Source URL|Anchor Text|Source Crawl Date|Source First Found Date|FlagNoFollow|FlagImageLink|"
    "FlagRedirect|FlagFrame|FlagOldCrawl|FlagAltText|FlagMention|Source Citation Flow|Source Trust Flow"
)
MOZ = (
    "URL|Title|Anchor Text|Spam Score|Page Authority|Domain Authority|Number of Domains Linking to this Page|"
    "Number of Domains Linking to Domain|Origin|Target URL|Link Equity|No Link Equity|Only rel=nofollow|Only follow|301"
)
SE_RANKING = (
    "url_from|url_to|title|anchor|alt|nofollow|image|image_source|inlink_rank|domain_inlink_rank|first_seen|"
    "last_visited"
)
SCREAMING_FROG = "Type|Source|Destination|Alt Text|Anchor|Status Code|Status|Follow|Link Position"


class Link(NamedTuple):
    """One link of the pool, as a tool may tell of it."""

    page: str
    target: str
    anchor: str = "read this"
    title: str = "A page"
    rank: int = 30  # of the linking domain, 0 to 100
    nofollow: bool = False
    first_seen: str = "2024-01-15"
    last_seen: str = "2026-09-01"
    target_status: int = 200


@dataclass(frozen=True)
class Export:
    """How a tool writes a list of links."""

    tool: str
    report: str
    header: tuple[str, ...]
    cells: Callable[[Link], Iterable[object]]
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        """As the ledger calls the source."""
        return f"{self.tool} {self.report}"

    def write(self, path: Path, links: Iterable[Link]) -> int:
        """Write the links; returns how many there were."""
        count = 0
        with open(path, "w", encoding=self.encoding, newline="") as out:
            sheet = csv.writer(out, delimiter=self.delimiter)
            sheet.writerow(self.header)
            for link in links:
                sheet.writerow(self.cells(link))
                count += 1
        return count


def _ahrefs(link: Link) -> Iterable[object]:
    start = (link.title, link.page, "en", "wordpress", 200, link.rank, link.rank / 2, 1200, 34, 12, 20, 10, 5)
    flags = ("text", "true", str(link.nofollow).lower(), "false", "false", "false", "true", "")
    return (*start, link.target, "left", link.anchor, "right", *flags, link.first_seen, link.last_seen, "", "", "", 1)


def _semrush(link: Link) -> Iterable[object]:
    flags = (str(link.nofollow).lower(), "false", "false", "true", "false", "false", "false", "false")
    start = (link.rank, link.title, link.page, link.target, link.anchor, 20, 40)
    return (*start, *flags, link.first_seen, link.last_seen, "false", "false")


def _majestic(link: Link) -> Iterable[object]:
    flags = ("+" if link.nofollow else "", "", "", "", "", "", "")
    return (link.target, link.page, link.anchor, link.last_seen, link.first_seen, *flags, link.rank, link.rank // 2)


def _moz(link: Link) -> Iterable[object]:
    rel = ("Yes" if link.nofollow else "No", "No" if link.nofollow else "Yes")
    return (link.page, link.title, link.anchor, 1, link.rank // 2, link.rank, 3, 9, "", link.target, "", "", *rel, "No")


def _se_ranking(link: Link) -> Iterable[object]:
    ranks = (link.rank // 2, link.rank)
    middle = ("", int(link.nofollow), 0, "")
    return (link.page, link.target, link.title, link.anchor, *middle, *ranks, link.first_seen, link.last_seen)


def _screaming_frog(link: Link) -> Iterable[object]:
    words = "Not Found" if link.target_status == 404 else "OK"
    follow = str(not link.nofollow).lower()
    return ("Hyperlink", link.page, link.target, "", link.anchor, link.target_status, words, follow, "Content")


EXPORTS = {
    "ahrefs": Export("Ahrefs", "Backlinks", tuple(AHREFS.split("|")), _ahrefs, "\t", "utf-16"),
    "semrush": Export("Semrush", "Backlinks", tuple(SEMRUSH.split("|")), _semrush),
    "majestic": Export("Majestic", "Backlinks", tuple(MAJESTIC.split("|")), _majestic),
    "moz": Export("Moz", "Inbound links", tuple(MOZ.split("|")), _moz),
    "se_ranking": Export("SE Ranking", "Backlinks", tuple(SE_RANKING.split("|")), _se_ranking, ";"),
    "bing": Export(
        "Link list",  # Bing's download has no column of its own
        "by column names",
        ("Source URL", "Target URL", "Anchor text"),
        lambda link: (link.page, link.target, link.anchor),
    ),
    "search_console": Export(
        "Search Console", "Latest links", ("Linking page", "Last crawled"), lambda link: (link.page, link.last_seen)
    ),
    "screaming_frog": Export(
        "Screaming Frog", "inlinks", tuple(SCREAMING_FROG.split("|")), _screaming_frog, encoding="utf-8-sig"
    ),
}
SHARES_0_1 = {
    "ahrefs": 0.6,
    "majestic": 0.55,
    "semrush": 0.5,
    "se_ranking": 0.33,
    "moz": 0.2,
    "bing": 0.12,
    "search_console": 0.1,
}
"""The share of the pool that each tool knows: our judgement; no index was measured."""
TARGETS = 50_000
_ZIPF_EXPONENT = 1.05


class Pool:
    """Links to one site: targets and domains by Zipf's law, so that a few pages have a tenth of all links each."""

    def __init__(self, site: str, links: int) -> None:
        self._site = site
        self._links = links
        self._targets = _zipf(TARGETS)
        self._domains = _zipf(max(10, links // 20))

    def known_to(self, tool: str) -> Iterator[Link]:
        """The links that a tool knows, in an order of its own; memory is one integer a link."""
        order = list(range(self._links))
        random.Random(tool).shuffle(order)
        for number in order[: int(self._links * SHARES_0_1[tool])]:
            yield self._link(number)

    def _link(self, number: int) -> Link:
        draw = random.Random(number).random
        target, domain = bisect_left(self._targets, draw()), bisect_left(self._domains, draw())
        return Link(
            page=f"https://www.site-{domain}.com/blog/2023/post-{number}/a-title-of-some-length",
            target=f"{self._site}/old/page-{target}.html",
            anchor=f"anchor {number % 9} of {target}",
            title=f"A page title that is long enough, {number}",
            rank=domain % 100,
            nofollow=number % 5 == 0,
            last_seen=f"2026-0{number % 9 + 1}-01",
        )


def _zipf(things: int) -> list[float]:
    """Cumulative shares of a Zipf law."""
    weights = list(accumulate(1 / rank**_ZIPF_EXPONENT for rank in range(1, things + 1)))
    return [weight / weights[-1] for weight in weights]


def pool_size(claims: int) -> int:
    """How many links a pool needs for so many claims of all tools."""
    return int(claims / sum(SHARES_0_1.values()))
