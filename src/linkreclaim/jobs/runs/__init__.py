"""Runs: what every job of a workspace carries, waits for and is held up by."""
