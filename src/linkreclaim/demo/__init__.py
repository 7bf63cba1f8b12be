"""Four small websites with lost links, their referring sites, and the real command run on them: all on loopback."""

from linkreclaim.demo.run import RunAudit, run_demo

__all__ = ["RunAudit", "run_demo"]
