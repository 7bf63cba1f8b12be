"""Pages the site has (inventory) and had (captures)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page of the site that can be a redirect target."""

    url: str  # absolute
    title: str = ""
    description: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""
    lang: str = ""
    canonical: str = ""
    noindex: bool = False
    ids: tuple[str, ...] = ()  # see `Capture.ids`


@dataclass(frozen=True, slots=True)
class DeadPage:
    """A dead URL with what is still known of the page that stood there."""

    url: str  # absolute, as linked
    title: str = ""
    text: str = ""
    headings: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()  # distinct anchor texts of links to it, most frequent first
    lang: str = ""
    ids: tuple[str, ...] = ()  # see `Capture.ids`


@dataclass(frozen=True, slots=True)
class Capture:
    """What is known of a page that the site had: an archived copy, or a record of its old system; text parts only."""

    url: str
    title: str
    text: str
    headings: tuple[str, ...] = ()
    lang: str = ""
    ids: tuple[str, ...] = ()  # what the page's system calls it, with its kind: "wp:4711", "sku:ab-12"; lower case
    captured_on: date | None = None
    origin: str = ""  # where it is from, for a person: "Wayback Machine", "shop.csv (Shopify)"; a file of --captures
    redirects_to: str = ""  # where the site itself once sent visitors of it: a redirect that has been lost
