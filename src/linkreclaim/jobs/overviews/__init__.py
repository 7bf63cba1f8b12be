"""Overviews: a site at a glance, and over time."""
