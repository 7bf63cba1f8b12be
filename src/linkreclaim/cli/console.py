"""Where results are printed: a terminal, or a pipe or file that somebody searches later."""

import os

from rich.console import Console

UNBROKEN_COLUMNS = 100_000
"""Wider than any line that is printed."""


def open_console() -> Console:
    """Standard output. Lines are wrapped on a terminal, and where the environment names a width (COLUMNS)."""
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNBROKEN_COLUMNS
    return console
