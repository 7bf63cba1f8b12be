"""The workspace's state behind one interface: the ledger of claims, runs and looks, results and decisions."""

from linkreclaim.store.workspace import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]
