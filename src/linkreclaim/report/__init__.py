"""Delivers what an audit found: CSV files, a page for people, a screen and a JSON document, all from the same rows."""
