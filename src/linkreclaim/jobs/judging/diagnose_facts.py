"""What lies around dead URLs, and what is done about each: shared by the audit and the `diagnose` command."""

from collections import Counter
from collections.abc import Iterable

from linkreclaim.diagnosis import Repair, is_scanner_noise
from linkreclaim.model.judgements import Cause, Diagnosis, Disposition
from linkreclaim.model.matches import Match
from linkreclaim.urls import match_key, parse


class Surroundings:
    """The folders of dead and live URLs, and how pages of a folder moved. Memory: an entry a folder.

    `dead`: those that may have been pages (`was_no_page`). The root folder says nothing: all kinds of pages are in it.
    """

    def __init__(self, dead: Iterable[str], live: Iterable[str]) -> None:
        self._dead = Counter(map(folder_of, dead))
        self._live = Counter(map(folder_of, live))
        self._moves: Counter[tuple[str, str]] = Counter()
        self._moved_from: Counter[str] = Counter()

    def add_move(self, old: str, new: str) -> None:
        """Count a page that very likely moved; within one folder nothing did."""
        move = folder_of(old), folder_of(new)
        if move[0] != move[1]:
            self._moves[move] += 1
            self._moved_from[move[0]] += 1

    def dead_beside(self, url: str) -> int:
        """Other dead URLs of a dead URL's folder."""
        folder = folder_of(url)
        return max(self._dead[folder] - 1, 0) if "/" in folder else 0

    def live_beside(self, url: str) -> int:
        """Live pages of its folder."""
        folder = folder_of(url)
        return self._live[folder] if "/" in folder else 0

    def moved_beside(self, url: str, new: str | None) -> int:
        """Other dead URLs of its folder that moved out of it; `new`: where it did itself."""
        folder = folder_of(url)
        itself = new is not None and folder_of(new) != folder
        return max(self._moved_from[folder] - itself, 0) if "/" in folder else 0

    def moved_like(self, old: str, new: str | None) -> int:
        """Other pages of the same folder that moved to the same folder."""
        return 0 if new is None else max(self._moves[folder_of(old), folder_of(new)] - 1, 0)


def was_no_page(url: str, repair: Repair | None) -> bool:
    """Whether a dead URL was never an address of the site: a scanner's, or one that only a fault at the source made."""
    parsed = parse(url)
    if parsed is not None and is_scanner_noise(parsed):
        return True
    return repair is not None and repair.cause not in (Cause.RESTRUCTURE, Cause.MOVED_HOST)


def moved_to(repair: Repair | None, match: Match | None, at_least_0_1: float) -> str | None:
    """Where a page very likely moved to, for counting how others of its folder moved."""
    if repair is not None:
        return repair.url if repair.kind.endswith(("same_name", "wrong_folder")) else None
    return match.target_url if match is not None and match.confidence_0_1 >= at_least_0_1 else None


def folder_of(url: str) -> str:
    """The key of what is above a URL's last part, a slash at its end aside."""
    return (match_key(url) or url).rstrip("/").rsplit("/", 1)[0]


def disposition_of(
    url: str, told: Diagnosis, target: str | None, links: int, *, foreign: bool = False, matched: bool = True
) -> Disposition:
    """What to do about a dead URL: only this says it.

    Spam and what never was are left alone whatever fits them; what is not seen to be dead is looked at first, and so is
    a target of which nothing tells whether it is the lost page's.
    `matched`: compared with live pages; where none is known, that no page fits it says nothing.
    """
    parsed = parse(url)
    if told.cause is Cause.INJECTED:
        return Disposition.GONE
    if told.cause is Cause.NEVER_EXISTED or (parsed is not None and not links and is_scanner_noise(parsed)):
        return Disposition.IGNORE
    if foreign or told.cause is Cause.TEMPORARY or not told.may_redirect:
        return Disposition.REVIEW
    if target is not None:
        return Disposition.REVIEW if told.doubts_target else Disposition.REDIRECT
    return Disposition.RESTORE if links and matched else Disposition.REVIEW
