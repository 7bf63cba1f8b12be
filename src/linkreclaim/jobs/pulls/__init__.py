"""Pulls: what the vendors' interfaces know, into the ledger."""
