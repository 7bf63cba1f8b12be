"""What people write into the decision column of a sheet, in the languages their spreadsheet speaks."""

from linkreclaim.errors import InputError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.workbooks.words import FALSE_WORDS, TRUE_WORDS

_ACCEPT = "accepted accept approved yes y x ok 1 ✓ ✔ ja oui sí si sì sim"
_REJECT = "rejected reject declined no n 0 ✗ ✘ nein non não nee"
_ACCEPTED, _REJECTED = TRUE_WORDS.union(_ACCEPT.split()), FALSE_WORDS.union(_REJECT.split())


def read_decision(cell: str) -> DecisionState | None:
    """The decision a cell means, None when it is empty; raises InputError for a word that is not known."""
    word = cell.strip().casefold()
    if not word:
        return None
    if word in _ACCEPTED:
        return DecisionState.ACCEPTED
    if word in _REJECTED:
        return DecisionState.REJECTED
    if word in ("proposed", "open", "?"):
        return DecisionState.PROPOSED
    raise InputError(f"decision {cell[:40]!r} is not known: write accepted or rejected, or leave it empty")
