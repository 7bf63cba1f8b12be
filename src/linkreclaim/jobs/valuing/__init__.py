"""Valuing: what links are worth, and what is lost with them."""
