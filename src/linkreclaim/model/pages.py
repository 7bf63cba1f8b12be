"""Pages the site has (inventory) and had (captures)."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class DeadPage:
    """A dead URL with what is still known of the page that stood there."""

    url: str  # absolute, as linked
    title: str = ""
    text: str = ""
    headings: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()  # distinct anchor texts of links to it, most frequent first
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """An archived copy of a page, text parts only."""

    url: str
    title: str
    text: str
    headings: tuple[str, ...] = ()
    lang: str = ""
