"""What every server file says about itself: the comment lines at its top, and the frame of its INSTALL text."""

import hashlib
import re
from collections.abc import Sequence

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.interface import RedirectPlan, ServerFile

_HOST = re.compile(r"[a-z0-9.\-:\[\]]+")


def comment_lines(header: Sequence[str]) -> list[str]:
    """Header lines as `#` comments that cannot end, or swallow the next line (a trailing backslash does on Apache)."""
    return ["# " + "".join(c if c.isprintable() else " " for c in line).rstrip("\\ ") for line in header]


def has_port(host: str) -> bool:
    """Whether a host names its port (an IPv6 address has colons of its own)."""
    return ":" in host.rpartition("]")[2]


def former_hosts(plan: RedirectPlan) -> list[str]:
    """Hosts other than the site's own that the plan redirects from, in order of first use."""
    elsewhere = [source_of(line.source).host for line in plan.lines if not line.source.startswith("/")]
    elsewhere += [_checked_host(rule.host) for rule in plan.rules if rule.host]
    return list(dict.fromkeys(elsewhere))


def _checked_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise RedirectMapError(f"{host[:200]!r} is no canonical host")
    return host


def site_name(site: Site) -> str:
    """A short word for the site, made of its host and another one for every host: `shop_example_3f2a91c0`.

    **Source:** nginx takes names of variables up to 46 bytes by default (variables_hash_bucket_size 64); 20 leave room.
    """
    digest = hashlib.sha256(site.host.encode()).hexdigest()[:8]
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in site.host)
    return f"{plain[:11]}_{digest}"


def site_folder(site: Site) -> str:
    """The folder that holds the site's files on a server, so that several sites can stand side by side."""
    return "linkreclaim/" + re.sub("[^a-z0-9.-]", "_", site.host) if site.named else "linkreclaim"


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
