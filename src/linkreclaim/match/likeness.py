"""Is the page that a redirect leads to about the page that was there? Told only where the answer is plain.

An owner chose that page, often for reasons that no text shows (a hub, a successor, a page with other words). So a
redirect counts as wrong only when three witnesses agree: the matcher is sure of another page of the site, the old text
stands nearly whole on that page, and next to nothing of it on the page that visitors get.

Our measurement (`python -m benchmarks.matching.unlike`: 28 sites, both texts of 200 characters or more, the packaged
model, which was trained on these sites too): of 5,008 pages that owners chose, 3 are called unlike, and each time the
better page looks better to us as well. Of 9,724 pages picked at random for dead pages that have a page on the site,
6,065 are called unlike; of 2,599 for those that have none, 10.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from linkreclaim.match.matcher import Matcher
from linkreclaim.match.question import Question, read_question
from linkreclaim.match.titles import TitleCleaner
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.urls import match_key

MIN_TEXT_CHARS = 200
"""Of either page; with less nothing is said."""
SURE_0_1 = 0.8
"""Confidence of the better page."""
MAX_CHANCE_0_1 = 0.02
"""Confidence of the redirect's page; most wrong ones are not even candidates."""
MAX_TEXT_ALIKE_0_1 = 0.1
"""TF-IDF cosine of the old text and the redirect's page: 4 % of the pages that owners chose are below it, 94 % of the
random ones."""
MIN_BETTER_ALIKE_0_1 = 0.5
"""The same for the better page."""
MAX_LABELS_ALIKE_0_1 = 0.1
MAX_TITLES_ALIKE_0_100 = 50.0
"""Words of URL and title (cosine), and the titles (rapidfuzz's token_set_ratio): one in common speaks for the owner.
Like all limits here, read off the benchmark named above."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """A redirect whose page is about something else, and the page that is plainly the right one."""

    url: str
    final_url: str
    better_url: str
    better_confidence_0_1: float
    text_alike_0_1: float  # of the redirect's page
    better_text_alike_0_1: float

    @property
    def evidence(self) -> tuple[str, ...]:
        """The facts in words."""
        return (
            f"{self.text_alike_0_1:.0%} of the words that count are alike in the old text and in that page",
            f"{self.better_url[:200]} is {self.better_text_alike_0_1:.0%} alike, and the page that fits with a"
            f" confidence of {self.better_confidence_0_1:.2f}",
        )


def find_unlike(matcher: Matcher, redirects: Sequence[tuple[DeadPage, LivePage]]) -> Iterator[Unlike | None]:
    """For each old page and the page that its redirect leads to: the finding, None where they may belong together.

    The matcher must not know these redirects: they would vouch for themselves. Cost: that of matching the old pages.
    """
    asked = [dead for dead, _ in redirects]
    cleaner = TitleCleaner(dead.title for dead in asked if dead.title)
    for (dead, final), match in zip(redirects, matcher.match(asked), strict=True):
        row = _row(matcher, final.url)
        enough = min(len(dead.text), len(final.text)) >= MIN_TEXT_CHARS
        if not enough or row < 0 or row in matcher.site.home_rows or not _may_be_unlike(matcher, match, row):
            yield None
        else:
            yield _compare(matcher, read_question(matcher.site, dead, cleaner), match, final, row)


def _may_be_unlike(matcher: Matcher, match: Match, row: int) -> bool:
    """Whether the matcher is sure of another page and gives this one, under any of its addresses, no chance."""
    chances = (c.confidence_0_1 for c in match.candidates if _row(matcher, c.url) == row)
    return (
        match.target_url is not None and match.confidence_0_1 >= SURE_0_1 and max(chances, default=0) < MAX_CHANCE_0_1
    )


def _compare(matcher: Matcher, question: Question, match: Match, final: LivePage, row: int) -> Unlike | None:
    site, better_url = matcher.site, match.target_url or ""
    better_row = _row(matcher, better_url)
    if better_row < 0:
        return None
    rows = np.array([row, better_row], dtype=np.int64)
    alike, better_alike = _floats(site.texts.cosine(question.text_bag, rows))
    labels_alike, _ = _floats(site.labels.cosine(question.label_bag, rows))
    titles_alike = fuzz.token_set_ratio(question.title, site.titles[row])
    differs = alike < MAX_TEXT_ALIKE_0_1 and labels_alike < MAX_LABELS_ALIKE_0_1
    if not differs or titles_alike >= MAX_TITLES_ALIKE_0_100 or better_alike < MIN_BETTER_ALIKE_0_1:
        return None
    return Unlike(question.url, final.url, better_url, match.confidence_0_1, alike, better_alike)


def _row(matcher: Matcher, url: str) -> int:
    return matcher.site.row_of_key.get(match_key(url) or "", -1)


def _floats(values: Iterable[float]) -> list[float]:
    return [float(value) for value in values]
