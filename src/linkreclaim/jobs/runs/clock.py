"""The clock that jobs are given unless a test gives them another."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time as the store keeps it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
