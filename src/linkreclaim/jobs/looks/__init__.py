"""Looks: what URLs answer now, and what that means."""
