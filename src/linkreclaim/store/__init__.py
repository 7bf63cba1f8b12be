"""The workspace's state behind one interface: the ledger of claims, runs and looks, results and decisions."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkreclaim.store.workspace import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]


def __getattr__(name: str) -> Any:
    """The workspace brings SQLAlchemy (0.25 s of CPU); journals and work lists, which live here too, do without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from linkreclaim.store import workspace

    return getattr(workspace, name)
