"""Pulls links from the interfaces of the tools that know them."""
