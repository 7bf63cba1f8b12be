"""Visits to pages that were not found, as Google Analytics 4 and Matomo count them."""

import re
from urllib.parse import unquote

from linkreclaim.model.links import Claim
from linkreclaim.sources.interface import NotLinks, Report
from linkreclaim.sources.tools.visits import as_visit, no_page

_DOCUMENTED = "the columns of this report are known from documentation, not from a real file: check a few rows"

_NOT_FOUND = re.compile(
    r"\b404\b|not found|can.t be found|no longer exists|nicht gefunden|introuvable|non trouv|no encontrad|non trovat"
    r"|não encontrad|niet gevonden|nie znaleziono|hittades inte|ikke fundet|bulunamadı|не найден|не знайден"
    r"|見つかりません|未找到|找不到",
    re.IGNORECASE,
)
"""Words that titles of error pages have; the 404 is the strongest of them."""

_MATOMO_404 = re.compile(r"404/URL\s*=\s*(?P<url>\S+?)(?:\s*/\s*From\s*=\s*|\s+Referrer\s*=\s*|\s*$)(?P<page>\S*)")
"""Titles that Matomo's tracking code gives to error pages: both URLs percent-encoded, so that they hold no slash or
space (Matomo's guide "How to track 404 pages"; the form with Referrer: the WordPress plugin of AJdG)."""


def _when_title_says_so(claim: Claim, title: str) -> Claim:
    """A page is taken for not found only where its title says so: the report may hold all pages of the site."""
    return as_visit(claim._replace(target_status=404 if _NOT_FOUND.search(title) else None))


GA4_NOT_FOUND = Report(
    tool="Google Analytics 4",
    name="pages not found",
    aliases={
        "target_url": (
            "Page location", "Full page URL", "pageLocation", "fullPageUrl", "Page path + query string",
            "pagePathPlusQueryString", "Page path and screen class", "Page path", "pagePath", "unifiedPagePathScreen",
            "Seitenpfad und Bildschirmklasse", "Seitenpfad + Abfragestring", "Seitenstandort",
            "Chemin de la page et classe de l'écran", "Emplacement de la page",
            "Ruta de página y clase de pantalla", "Ubicación de la página",
        ),
        "kind": (
            "Page title and screen name", "Page title", "pageTitle", "unifiedScreenName", "Page title and screen class",
            "Seitentitel und Bildschirmname", "Seitentitel", "Titre de la page et nom de l'écran", "Titre de la page",
            "Título de página y nombre de pantalla", "Título de página",
        ),
        "referring_page": (
            "Page referrer", "pageReferrer", "Seiten-Referrer", "Seitenverweis", "URL de provenance",
            "URL de referencia",
        ),
        "hits": (
            "Views", "screenPageViews", "Event count", "eventCount", "Sessions", "Aufrufe", "Vues", "Vistas",
        ),
    },
    required=("target_url", "kind", "hits"),
    needed_urls=("target_url",),
    target_paths=True,
    read_page=no_page,
    adjust=_when_title_says_so,
    notes=(
        _DOCUMENTED,
        "only rows whose page title says that nothing was found count as not found: filter by that title",
    ),
)  # fmt: skip
"""Dimensions and metrics of an exploration, as its labels and the API's names (Google: "GA4 dimensions and metrics");
`Page path and screen class,Views` is read from exports by several public scripts; the other languages are how the
interface names them, to the best of our knowledge. The preface is lines that begin with #."""


def _matomo_target(title: str) -> str | None:
    found = _MATOMO_404.search(title)
    target = unquote(found["url"]) if found else ""
    return target if target.startswith(("/", "http://", "https://")) else None


def _matomo_page(title: str) -> str | None:
    found = _MATOMO_404.search(title)
    page = unquote(found["page"]) if found else ""
    return page if page.startswith(("http://", "https://")) else ""


def _only_tracked_errors(claim: Claim, title: str) -> Claim:
    """A page whose title is a URL is no error page for that."""
    if _MATOMO_404.search(title):
        return as_visit(claim)
    return claim._replace(referring_page=None, target_status=None)


_MATOMO_TITLES = (
    "label",
    "Page title",
    "Page Title",
    "Page name",
    "Seitentitel",
    "Titre de la page",
    "Título de página",
)

MATOMO_TITLES = Report(
    tool="Matomo",
    name="page titles (404)",
    aliases={
        "target_url": _MATOMO_TITLES,
        "referring_page": _MATOMO_TITLES,
        "kind": _MATOMO_TITLES,
        "hits": ("nb_hits", "Pageviews", "Page views", "Seitenansichten", "Vues de pages", "Visualizaciones de página"),
    },
    required=("target_url", "hits"),
    needed_urls=("target_url",),
    any_of=frozenset((
        "nb_visits", "unique pageviews", "eindeutige seitenansichten", "vues uniques de pages", "bounce rate",
        "visualizaciones de página únicas",
    )),
    foreign=frozenset(("page location", "page path", "page path and screen class", "page referrer")),
    target_status=404,
    read_page=_matomo_page,
    read_target=_matomo_target,
    adjust=_only_tracked_errors,
    notes=(
        _DOCUMENTED,
        "only titles of the form '404/URL = .../From = ...' are read (Matomo's way to track error pages); search the "
        "report for 404/URL before you export it, in its flat view, so that other pages are not listed as problems",
    ),
)  # fmt: skip
"""Names of the reporting API (`label`, `nb_visits`, `nb_hits`) and of the interface, from Matomo's documentation."""

REPORTS = (GA4_NOT_FOUND, MATOMO_TITLES)

NOT_LINKS = (
    NotLinks(
        "Google Analytics 4 Pages and screens",
        frozenset(("page path and screen class", "views")),
        "it lists every page that was visited; make an exploration with Page location, Page title, Page referrer and "
        "Views, filtered by the title of your error page",
    ),
)
