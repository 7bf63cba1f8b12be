"""Large exports in bulk (extra `bulk`): DuckDB splits the rows, and what repeats in a column is read once.

It serves plain files only, and reads every cell by the ordinary reader, which its caller passes in: the rows are the
same, or the caller is told at which row to go on in the ordinary way.
"""

from linkreclaim.bulk.batches import BatchMaker, read_batches
from linkreclaim.bulk.form import Batch, SheetForm
from linkreclaim.bulk.pieces import NotPlainError, TextForm

__all__ = ["Batch", "BatchMaker", "NotPlainError", "SheetForm", "TextForm", "read_batches"]
