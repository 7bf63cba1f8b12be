"""What a site itself tells of how its URLs were changed: redirects that work, and matches nobody can doubt.

A *move* is an old folder and the new one, digits masked ("/2013/05" and "/2014/11" are one folder "/#/#"). Moves of
pages that kept their slug are counted by the longest changed part at the front; moves of all pages by their folder.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from linkreclaim.match.index import Floats
from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable
from linkreclaim.match.tokens import UrlShape, read_shape

MAX_MOVED_PATHS = 24
_DIGITS = re.compile(r"\d+")

Folder = tuple[str, ...]
Move = tuple[Folder, Folder]


@dataclass(frozen=True, slots=True)
class Pair:
    """An old URL and the page it surely became."""

    old: UrlShape
    new: UrlShape


class Moves:
    """Counts of moves, asked with one question's own pair left out."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._fronts: Counter[Move] = Counter()
        self._front_totals: Counter[Folder] = Counter()
        self._folders: Counter[Move] = Counter()
        self._folder_totals: Counter[Folder] = Counter()
        self._targets: dict[Folder, set[Folder]] = {}
        for pair in pairs:
            self._add(pair)

    def _add(self, pair: Pair) -> None:
        old, new = folder_move(pair.old, pair.new)
        self._folders[old, new] += 1
        self._folder_totals[old] += 1
        front = front_move(pair.old, pair.new)
        if front is not None:
            self._fronts[front] += 1
            self._front_totals[front[0]] += 1
            self._targets.setdefault(front[0], set()).add(front[1])

    def front(self, move: Move | None, own: Move | None) -> tuple[float, float]:
        """How many pages made this move, and their share of all that left the same folder."""
        return _support(self._fronts, self._front_totals, move, own)

    def folder(self, move: Move, own: Move | None) -> tuple[float, float]:
        """The same for pages that may have changed their slug."""
        return _support(self._folders, self._folder_totals, move, own)

    def moved_paths(self, shape: UrlShape) -> list[Folder]:
        """Where the known moves of the front of a path would put it, most specific move first."""
        paths: list[Folder] = []
        for at in range(len(shape.segments) - 1, -1, -1):
            targets = self._targets.get(masked(shape.segments[:at]), ())
            paths += [target + shape.segments[at:] for target in sorted(targets)]
        return paths[:MAX_MOVED_PATHS]


def read_moves(site: SiteTable, questions: Sequence[Question], known: Iterable[tuple[str, str]]) -> Moves:
    """Moves of the redirects that work and of the dead pages whose slug or title stands on one live page only."""
    told = {(read_shape(old), read_shape(new)) for old, new in known}
    seen = {(question.shape, site.shapes[question.sure_row]) for question in questions if question.sure_row >= 0}
    return Moves(Pair(old, new) for old, new in told | seen)


def front_move(old: UrlShape, new: UrlShape) -> Move | None:
    """The changed part at the front of two paths with equal ends; None when the slugs differ."""
    ends = 0
    for one, other in zip(reversed(old.segments), reversed(new.segments), strict=False):
        if one != other:
            break
        ends += 1
    if not ends:
        if not old.slug_key or old.slug_key != new.slug_key:
            return None
        ends = 1
    return masked(old.segments[: len(old.segments) - ends]), masked(new.segments[: len(new.segments) - ends])


def folder_move(old: UrlShape, new: UrlShape) -> Move:
    """The folders of two paths, whatever their slugs."""
    return masked(old.folder), masked(new.folder)


@lru_cache(maxsize=10_000)
def masked(segments: Folder) -> Folder:
    """Digits of a folder made alike, so that dated folders count together."""
    return tuple(_DIGITS.sub("#", segment) for segment in segments)


def move_features(
    moves: Moves, site: SiteTable, question: Question, candidates: Sequence[UrlShape]
) -> dict[str, Floats]:
    """Support of each candidate by the moves of the other pages."""
    shape = question.shape
    sure = site.shapes[question.sure_row] if question.sure_row >= 0 else None
    own_front = front_move(shape, sure) if sure else None
    own_folder = folder_move(shape, sure) if sure else None
    fronts = [moves.front(front_move(shape, other), own_front) for other in candidates]
    folder = masked(shape.folder)
    folders = [moves.folder((folder, masked(other.folder)), own_folder) for other in candidates]
    front_table, folder_table = np.array(fronts).reshape(-1, 2), np.array(folders).reshape(-1, 2)
    return {
        "front_support": np.log1p(front_table[:, 0]),
        "front_share": front_table[:, 1],
        "folder_support": np.log1p(folder_table[:, 0]),
        "folder_share": folder_table[:, 1],
    }


def _support(
    counts: Counter[Move], totals: Counter[Folder], move: Move | None, own: Move | None
) -> tuple[float, float]:
    if move is None:
        return 0.0, 0.0
    support = counts[move] - (own == move)
    total = totals[move[0]] - (own is not None and own[0] == move[0])
    return float(support), support / (total + 1.0)
