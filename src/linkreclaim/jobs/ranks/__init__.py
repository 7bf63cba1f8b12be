"""Ranked domains: the table that links are valued by, and where it comes from."""
