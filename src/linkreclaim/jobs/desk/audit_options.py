"""The options of an audit as the page offers them: what may be chosen, and what keeps an audit from beginning."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.urls import parse

MAX_OLD_HOSTS = 50
RATE_PER_S = (0.01, 100.0)
"""From and to: the command takes the same least and knows no most; 100 is our choice."""
IN_FLIGHT = (1, 100)
"""From and to, as the command takes them."""
CONFIDENCE_0_1 = (0.0, 1.0)
"""From and to, as the command takes it."""
BUDGET = (0.0, 1e9)
"""From and to, in a vendor's own units (our choice)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of an audit; numbers are kept as they were typed, "" for the usual."""

    old_hosts: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()  # URLs; empty: they are found
    subdomains: bool = False
    read_pages: bool = True
    wayback: bool = False
    internal: bool = False
    foreign: bool = False
    keep_going: bool = False
    rate: str = ""  # requests a second to one host that is not the site's
    in_flight: str = ""  # requests at once to one host
    accept: str = ""  # proposals of this confidence or above are accepted
    vendors: tuple[str, ...] = ()  # whose interfaces are asked
    budgets: tuple[str, ...] = ()  # what they may cost at most, in their own units: "ahrefs=5000"
    files: tuple[str, ...] = ()  # names of the uploads that were given
    old: tuple[str, ...] = ()  # of those the records of the old system
    captures: tuple[str, ...] = ()  # and the copies of old pages

    @property
    def budget_of(self) -> Mapping[str, str]:
        """The budgets by vendor, as they were typed."""
        return {name: number for name, _, number in (budget.partition("=") for budget in self.budgets)}


@dataclass(frozen=True, slots=True)
class VendorChoice:
    """A tool that can be asked by its interface, because its key is set."""

    name: str
    title: str
    unit: str  # "API units", "USD", "requests"

    @property
    def metered(self) -> bool:
        """Whether it counts more than requests: then it is paid for, from a quota or in money."""
        return self.unit != "requests"


def find_vendors() -> tuple[VendorChoice, ...] | None:
    """The tools whose keys are set, in the environment, the config file or the keyring; None: the file cannot be read.

    Keys are looked for and neither kept nor shown. Cost: the clients of all vendors are imported the first time.
    """
    from linkreclaim.sources.apis.secrets import open_secrets
    from linkreclaim.sources.apis.vendors import VENDORS

    try:
        places = open_secrets()
    except InputError:  # its words name places of this machine; the command tells them
        return None
    known = (vendor for vendor in VENDORS.values() if not places.find(vendor).missing)
    return tuple(VendorChoice(vendor.name, vendor.title, vendor.unit) for vendor in known)


def check_options(asked: Asked) -> None:
    """Refuse what cannot be meant. A sitemap is a URL, never a path of this machine.

    Raises:
        UsageError: an option makes no sense, with what to do.
    """
    if len(asked.old_hosts) > MAX_OLD_HOSTS:
        raise UsageError(f"at most {MAX_OLD_HOSTS} former hosts")
    for url in asked.sitemaps:
        if not is_web_url(url):
            raise UsageError(f"{url!r} is no address of a sitemap: it begins with https:// or http://")
    if asked.foreign and asked.internal:
        raise UsageError("the own links are checked of your own site only, not of somebody else's")
    at_pace(asked, FetchSettings())
    read_accept(asked)
    if asked.vendors:
        _check_vendors(asked)


def at_pace(asked: Asked, settings: FetchSettings) -> FetchSettings:
    """The settings with the pace that was asked for.

    Raises:
        UsageError: it is no number, or out of bounds.
    """
    if asked.rate:
        per_s = _read_number(asked.rate, RATE_PER_S, "requests a second")
        settings = replace(settings, stranger_per_s=per_s)
    if asked.in_flight:
        at_once = int(_read_number(asked.in_flight, IN_FLIGHT, "requests at once"))
        settings = replace(settings, stranger_in_flight=at_once, site_in_flight=at_once)
    return settings


def read_accept(asked: Asked) -> float | None:
    """The confidence from which proposals are accepted; None for none.

    Raises:
        UsageError: it is no number, or out of bounds.
    """
    return _read_number(asked.accept, CONFIDENCE_0_1, "confidence") if asked.accept else None


def read_budgets(asked: Asked) -> dict[str, float]:
    """What each vendor may cost at most, in its own units.

    Raises:
        UsageError: one is no number.
    """
    return {name: _read_number(typed, BUDGET, "at most") for name, typed in asked.budget_of.items()}


def is_web_url(text: str) -> bool:
    """Whether a text is an address of the web, whole."""
    url = parse(text)
    return url is not None and url.scheme in ("http", "https")


def _check_vendors(asked: Asked) -> None:
    """A page has nobody to ask again: what is paid for needs a number first."""
    choices = {choice.name: choice for choice in find_vendors() or ()}
    unknown = [name for name in asked.vendors if name not in choices]
    if unknown:
        raise UsageError(f"{unknown[0]!r} cannot be asked: no key of it is set")
    budgets = read_budgets(asked)
    for name in asked.vendors:
        if choices[name].metered and name not in budgets:
            choice = choices[name]
            raise UsageError(f"{choice.title} is paid for: say how many {choice.unit} it may cost at most")


def _read_number(typed: str, bounds: tuple[float, float], what: str) -> float:
    least, most = bounds
    try:
        number = float(typed)
    except ValueError:
        number = -1.0
    if not least <= number <= most:
        raise UsageError(f"{what} {typed[:40]!r}: write a number from {least:,g} to {most:,g}")
    return number
