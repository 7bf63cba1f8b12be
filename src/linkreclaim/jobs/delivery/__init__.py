"""Delivery: the files of a run, and the report for the client."""
