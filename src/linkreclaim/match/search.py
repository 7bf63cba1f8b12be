"""Everything that is measured before the model has a say: dead pages in, candidates with their measures out."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from linkreclaim.match.candidates import find_candidates
from linkreclaim.match.evidence import Moves, read_moves
from linkreclaim.match.features import read_features
from linkreclaim.match.ids import IdEvidence, SharedIds
from linkreclaim.match.index import Floats, Ints
from linkreclaim.match.question import Question, read_question
from linkreclaim.match.site import SiteTable
from linkreclaim.match.titles import TitleCleaner
from linkreclaim.match.twins import keys_of
from linkreclaim.model.pages import DeadPage


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The candidates of one question with their measures by name."""

    question: Question
    rows: Ints  # numbers of the site's pages, rising
    measures: dict[str, Floats]  # each as long as `rows`, NaN where blank
    id_evidence: IdEvidence | None = None  # its row is one of `rows`


class Search:
    """One run's dead pages against a site: what all of them together tell of its moves is read first."""

    def __init__(self, site: SiteTable, dead: Sequence[DeadPage], known: Iterable[tuple[str, str]] = ()) -> None:
        cleaner = TitleCleaner(page.title for page in dead if page.title)
        self.site = site
        self._addresses = _live_addresses(site, keys_of(page.url for page in dead))
        self._questions = [self._question(page, cleaner) for page in dead]
        self.moves: Moves = read_moves(site, self._questions, known)
        self._ids = SharedIds(site, self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def __iter__(self) -> Iterator[Found]:
        return map(self.found, range(len(self)))

    def address(self, row: int) -> str:
        """Under which a page is named: of its addresses, one that is not dead itself."""
        return self._addresses.get(row) or self.site.urls[row]

    def found(self, number: int) -> Found:
        """The candidates of the dead page of this number, measured; the same in any order. Cost: about 4 ms."""
        question = self._questions[number]
        rows = find_candidates(self.site, self.moves, question)
        told = self._ids.evidence(number)
        kept = told if told is not None and told.row in rows else None
        return Found(question, rows, read_features(self.site, self.moves, question, rows), kept)

    def _question(self, dead: DeadPage, cleaner: TitleCleaner) -> Question:
        """A page that has another address can replace its dead one."""
        question = read_question(self.site, dead, cleaner)
        return replace(question, own_row=-1) if question.own_row in self._addresses else question


def _live_addresses(site: SiteTable, dead: AbstractSet[str]) -> dict[int, str]:
    """Of each page with several addresses, the first one that is not dead; pages without one are left out."""
    living = ((row, (one for one in addresses if one.key not in dead)) for row, addresses in site.twins.items())
    return {row: first.page.url for row, left in living if (first := next(left, None)) is not None}
