"""Reads link exports of commercial tools, Search Console and crawlers as claims."""

from linkreclaim.sources.interface import SourceInfo
from linkreclaim.sources.source import Source, open_source, open_sources

__all__ = ["Source", "SourceInfo", "open_source", "open_sources"]
