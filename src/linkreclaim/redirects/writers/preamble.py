"""What every server file says about itself: the comment lines at its top, and the frame of its INSTALL text."""

from collections.abc import Sequence

from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.interface import RedirectPlan, ServerFile


def comment_lines(header: Sequence[str]) -> list[str]:
    """Header lines as `#` comments that cannot end, or swallow the next line (a trailing backslash does on Apache)."""
    return ["# " + "".join(c if c.isprintable() else " " for c in line).rstrip("\\ ") for line in header]


def has_port(host: str) -> bool:
    """Whether a host names its port (an IPv6 address has colons of its own)."""
    return ":" in host.rpartition("]")[2]


def former_hosts(plan: RedirectPlan) -> list[str]:
    """Hosts other than the site's own that the plan redirects from, in order of first use."""
    elsewhere = (source_of(line.source).host for line in plan.lines if not line.source.startswith("/"))
    return list(dict.fromkeys(elsewhere))


def install_text(engine: str, where: str, test: str, undo: str, limits: str, plan: RedirectPlan) -> ServerFile:
    """The INSTALL text of an engine: where its files go, how to test them, how to undo it, what to know."""
    parts = [("Where it goes", where), ("Test it", test), ("Undo it", undo), ("Good to know", limits)]
    hosts = former_hosts(plan)
    if hosts:
        parts.append(("Former hosts", _HOSTS.format(hosts="\n".join(f"  {host}" for host in hosts))))
    body = "\n\n".join(f"{title}\n{'-' * len(title)}\n{text.strip()}" for title, text in parts)
    return ServerFile(f"INSTALL-{engine}.txt", (body + "\n").encode())


_HOSTS = """
Some lines redirect from hosts that are not the site's own:
{hosts}
They work only while you hold these domains (keep or regain them), their DNS points to this server, and the server
answers for them, with a certificate if links use https.
"""
