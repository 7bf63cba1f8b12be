"""Reads link exports of commercial tools, Search Console and crawlers as claims."""

from linkreclaim.sources.interface import SourceInfo
from linkreclaim.sources.source import Source, open_source

__all__ = ["Source", "SourceInfo", "open_source"]
