"""The site an audit is about: which hosts are its own, and which were."""

from dataclasses import dataclass

UNNAMED_HOST = "your-site.invalid"
"""Stands for the site where nothing names it, as in a redirect map of paths alone. Source: RFC 2606, 2 (".invalid")."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site is a host (`www.` is the same site; host:port is a site of its own), with its subdomains where asked,
    and with the former hosts that links still name."""

    host: str  # lower case, with :port when not the scheme's own, without "www."
    scheme: str = "https"
    with_subdomains: bool = False
    old_hosts: tuple[str, ...] = ()  # same form

    @property
    def named(self) -> bool:
        """Whether anything said which host the site is."""
        return self.host != UNNAMED_HOST

    def owns(self, host: str) -> bool:
        """Whether a host (lower case, with :port where not default) is the site of today."""
        bare = host.removeprefix("www.")
        return bare == self.host or (self.with_subdomains and bare.endswith("." + self.host))

    def owned(self, host: str) -> bool:
        """Whether a host is one of the site's former ones."""
        return host.removeprefix("www.") in self.old_hosts

    def concerns(self, host: str) -> bool:
        """Whether links to a host belong to this audit."""
        return self.owns(host) or self.owned(host)
