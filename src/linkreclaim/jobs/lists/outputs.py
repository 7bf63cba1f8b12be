"""What the files that a job writes must be named."""

from pathlib import Path

from linkreclaim.errors import UsageError

OUT_SUFFIXES = frozenset({".csv", ".jsonl"})


def check_out(out: Path | None) -> None:
    """See that the output's name says what is written. Raises UsageError."""
    if out is not None and out.suffix.lower() not in OUT_SUFFIXES:
        raise UsageError(f"--out {out}: name it .csv or .jsonl, which says what is written")
