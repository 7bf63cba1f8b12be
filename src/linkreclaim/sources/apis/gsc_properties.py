"""The properties of a Search Console account, and which of them knows about a site or a URL."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from linkreclaim import urls
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import Ask, Call, KeyRefusedError
from linkreclaim.sources.apis.owned import concerns, covers, hosts_of, list_sites, need

DOMAIN_PREFIX = "sc-domain:"
UNVERIFIED = "siteUnverifiedUser"
"""Permission level of a property that may not be read. Source: developers.google.com/webmaster-tools/v1/sites
(`siteUrl`, with `sc-domain:` for Domain properties, and `permissionLevel`)."""

_REGEX_MARKS = ".+*?()|[]{}^$\\"


class Property(NamedTuple):
    """A property as the account names it: `sc-domain:example.com`, or a URL prefix."""

    name: str

    @property
    def domain(self) -> str | None:
        """The domain of a Domain property, which has all its subdomains."""
        return self.name.removeprefix(DOMAIN_PREFIX).lower() if self.name.startswith(DOMAIN_PREFIX) else None

    def has_host(self, host: str) -> bool:
        """Whether a Domain property has a host."""
        return self.domain is not None and (host == self.domain or host.endswith("." + self.domain))

    def has_url(self, url: str) -> bool:
        """Whether the property knows about a URL."""
        if self.domain is None:
            return covers(self.name, url)
        parsed = urls.parse(url)
        return parsed is not None and self.has_host(parsed.host)


def find_properties(title: str, call: Call, site: Site, ask: Ask) -> list[Property]:
    """The verified properties of the account that know about a site or its former hosts.

    Raises:
        KeyRefusedError: there is none.
    """
    listing = ask(call)
    entries = [] if listing == {} else need(title, call, listing, "siteEntry", list)
    levels = {need(title, call, entry, "siteUrl", str): _level(entry) for entry in entries}
    own = [Property(name) for name in levels if _is_of(Property(name), site)]
    verified = sorted(entry for entry in own if levels[entry.name] != UNVERIFIED)  # the account's order changes
    if verified:
        return verified
    if own:
        raise KeyRefusedError(
            f"{title}: {own[0].name} is in the account, but not verified: verify it, or have its owner add the account"
            " (Settings, Users and permissions)"
        )
    raise KeyRefusedError(
        f"{title}: the account has no property for {site.host} ({list_sites(levels)}): add one at"
        " search.google.com/search-console, or have its owner add the account or the service account's address"
        " (Settings, Users and permissions)"
    )


def _level(entry: dict[str, Any]) -> str:
    return str(entry.get("permissionLevel", ""))


def _is_of(entry: Property, site: Site) -> bool:
    if entry.domain is None:
        return concerns(site, entry.name)
    return any(entry.has_host(host) for host in hosts_of(site)) or site.concerns(entry.domain)


def whole_properties(properties: Sequence[Property]) -> list[Property]:
    """Those that between them know everything: a property inside another one knows nothing more."""
    return [one for one in properties if not any(other != one and _contains(other, one) for other in properties)]


def _contains(outer: Property, inner: Property) -> bool:
    if inner.domain is not None:
        return outer.has_host(inner.domain)
    return outer.has_url(inner.name)


def property_of(url: str, properties: Sequence[Property]) -> Property | None:
    """The property that knows most closely about a URL; None where none does."""
    having = [entry for entry in properties if entry.has_url(url)]
    return max(having, key=lambda entry: (entry.domain is None, len(entry.name)), default=None)


def pages_pattern(entry: Property, site: Site) -> str | None:
    """A pattern (RE2) of the site's pages, where a Domain property has pages of other hosts too; None where not.

    Source: developers.google.com/webmaster-tools/v1/searchanalytics/query, `includingRegex` (RE2 syntax).
    """
    if entry.domain is None or entry.domain in hosts_of(site):
        return None
    hosts = "|".join("".join(f"\\{c}" if c in _REGEX_MARKS else c for c in host) for host in hosts_of(site))
    subdomains = r"([^/]+\.)?" if site.with_subdomains else r"(www\.)?"
    return f"^https?://{subdomains}({hosts})/"
