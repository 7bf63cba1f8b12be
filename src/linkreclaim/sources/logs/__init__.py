"""Reads access logs: which requests for lost pages came from a link on another site."""
