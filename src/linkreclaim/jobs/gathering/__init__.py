"""Gathering: exports and access logs, recognised and brought into the ledger."""
