"""Reads link exports of commercial tools, Search Console and crawlers as claims, and access logs as visits.

What the room offers is imported when it is first asked for: who reads a log needs no reader of workbooks (0.07 s).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkreclaim.sources.interface import SourceInfo
    from linkreclaim.sources.source import Source, open_source, open_sources

__all__ = ["Source", "SourceInfo", "open_source", "open_sources"]

_MODULES = {"Source": "source", "SourceInfo": "interface", "open_source": "source", "open_sources": "source"}


def __getattr__(name: str) -> Any:
    """What the room offers (PEP 562); AttributeError for anything else."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
