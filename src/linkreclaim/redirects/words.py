"""What people write into the decision column of a sheet, in the languages their spreadsheet speaks."""

from linkreclaim.errors import InputError
from linkreclaim.model.decisions import DecisionState

_ACCEPTED = frozenset({"accepted", "accept", "approved", "true", "yes", "y", "x", "ok", "1", "✓", "✔"})
_REJECTED = frozenset({"rejected", "reject", "declined", "false", "no", "n", "0", "✗", "✘"})
_TRUE_ABROAD = frozenset(
    {"wahr", "ja", "vrai", "oui", "verdadero", "sí", "si", "vero", "sì", "verdadeiro", "sim", "waar"}
)
_FALSE_ABROAD = frozenset({"falsch", "nein", "faux", "non", "falso", "não", "onwaar", "nee"})
"""Excel writes TRUE and FALSE in its own language. **Source:** the Excel function lists in these languages."""


def read_decision(cell: str) -> DecisionState | None:
    """The decision a cell means, None when it is empty; raises InputError for a word that is not known."""
    word = cell.strip().lower()
    if not word:
        return None
    if word in _ACCEPTED or word in _TRUE_ABROAD:
        return DecisionState.ACCEPTED
    if word in _REJECTED or word in _FALSE_ABROAD:
        return DecisionState.REJECTED
    if word in ("proposed", "open", "?"):
        return DecisionState.PROPOSED
    raise InputError(f"decision {cell[:40]!r} is not known: write accepted or rejected, or leave it empty")
