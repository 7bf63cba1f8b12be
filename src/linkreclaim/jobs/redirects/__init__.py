"""Redirect maps: planned, explained, written, proved and verified."""
