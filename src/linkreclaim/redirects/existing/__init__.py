"""Redirects that a server has already, read back from its own files."""

from linkreclaim.redirects.existing.files import ExistingRedirects, read_existing

__all__ = ["ExistingRedirects", "read_existing"]
