"""Where a redirect leads, seen from the URL that was asked: same page, parent, home, login, another owner."""

import re

from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import RedirectShape
from linkreclaim.urls import Url, decode_path, normalise_escapes, registrable_domain

_INDEX_NAME = r"/(?:index|default|home)(?:\.(?:html?|php\d?|aspx?|jsp|cfm|shtml|xhtml|cgi|do))?/?"
_INDEX = re.compile(_INDEX_NAME + "$", re.I)
_LANGUAGE_ROOT = (
    r"/(?:a[abfkmnrsvyz]|b[aeghimnors]|c[aehorsuvy]|d[aevz]|e[elnostu]|f[afijory]|g[abdlnuv]|h[aehiortuyz]|i[adegikostu]"
    r"|j[av]|k[agijklmnorsuvwy]|l[abginotuv]|m[ghiklnrsty]|n[abdegnlrovy]|o[cjmrs]|p[ailst]|qu|r[mnouw]|s[acdegikl-v]"
    r"|t[aeghikln-rstw-y]|u[gkrsz]|v[eio]|w[ao]|xh|y[io]|z[ahu])(?:[-_][a-z]{2,4})?"
)
"""A first folder named by an ISO 639-1 code (or "us"), with or without a region: the root of a language."""
_HOME = re.compile(f"(?:{_LANGUAGE_ROOT})?(?:{_INDEX_NAME}|/)?", re.I)

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|ref|referrer|referer|referral|refsource"
    r"|source|src|from|hsCtaTracking|_hsenc|_hsmi|spm|cmpid|share|via|redirected|redirect|return|amp)",
    re.I,
)
"""Query names that say how the visitor came, not what is asked. Source: the vendors' link taggers."""

_LOGIN = re.compile(
    r"(?:^|/)(?:(?:user|users|account|accounts|auth|member|members|customer|session|sessions|wp)[/_-])?"
    r"(?:log-?in|sign-?in|sign_in|logon|sso|saml2?|oauth2?|authorize|authenticate|anmelden|connexion|wp-login\.php"
    r"|inici(?:ar|o)[-_]?(?:de[-_]?)?sesi?on|entrar|acceder|accedi|inloggen|logga[-_]?in|logg[-_]?inn|log[-_]?ind|logowanie"
    r"|zaloguj\w*|prihlas\w+|prijava|bejelentkezes|kirjaudu|giris|dang[-_]?nhap|openid-connect/auth)"
    r"(?:\.\w{2,5})?(?:/|$)",
    re.I,
)
_LOGIN_HOST = re.compile(r"(?:login|signin|sso|accounts?|auth|id|idp)\.", re.I)
_GATE_NAME = re.compile(
    r"(?:^|/)(?:errors?[-_]?)?(?:(?:cookies?[-_]?)?(?:consent|wall|gate)|cookies?|gdpr|splash|paywall|subscribe|subscription"
    r"|age[-_]?(?:check|gate|verif\w+|confirm\w*)|verif(?:y|ication)(?:[-_]\w+)?|\w+[-_]verification"
    r"|(?:select|choose|pick|change)[-_]?(?:your[-_]?)?(?:country|region|language|locale|store|location|site|market)"
    r"|(?:country|region|language|locale|store|location)[-_]?(?:select\w*|chooser|picker|choice|gate)"
    r"|(?:re|h)?captcha|challenge|bot[-_]?(?:check|detect\w*)|(?:browser|security)[-_]?check|checking[-_]?browser"
    r"|block(?:ed)?|(?:access|permission)?[-_]?denied|forbidden|(?:un|not[-_]?)authori[sz]ed|no[-_]?access|restricted"
    r"|geo[-_]?(?:block\w*|restrict\w*)|not[-_]?available|40[13]|429|451|5\d\d"
    r"|(?:site[-_]?)?(?:maintenance|offline|down)|wartung\w*|mantenimiento|manutencao|manutenzione|onderhoud"
    r"|technical[-_]difficulties|(?:service[-_]?)?unavailable|under[-_]?construction|coming[-_]?soon|be[-_]?right[-_]?back"
    r"|queue|wait(?:ing)?(?:[-_]?room)?|(?:account[-_]?)?suspended(?:[-_.]?page)?|defaultwebpage"
    r"|(?:unsupported|outdated|old|upgrade|update)[-_]?(?:your[-_]?)?browser|browser[-_]?(?:not[-_]?supported|upgrade|update)"
    r"|(?:no|enable)[-_]?(?:js|javascript|script|cookies?))(?:\.\w{2,5})?/?$",
    re.I,
)
"""Names of pages that stand before, or instead of, a site: our judgement, by what programs and hosts call them."""
_NOT_FOUND = re.compile(
    r"(?:^|/)(?:(?:error|err|http|page|fehler|erreur|status)[-_/]?)?(?:404|410|not[-_]?found|page[-_]?not[-_]?found|page404"
    r"|404page|no[-_]?encontrad[ao]|introuvable|nicht[-_]?gefunden)(?:[-_]?(?:error|page|not[-_]?found))?(?:\.\w{2,5})?/?$",
    re.I,
)
_SEARCH = re.compile(
    r"(?:^|/)(?:(?:site|catalog)?[-_]?search(?:[-_]?results?)?|suche|suchergebnisse?|recherche|buscar|busqueda|cerca|ricerca|zoeken"
    r"|szukaj|sok|hledat|poisk|ara)(?:\.\w{2,5})?(?:/|$)",
    re.I,
)
_SEARCH_QUERY = re.compile(r"(?:^|&)(?:q|s|query|search|keywords?|suchbegriff|term)=", re.I)
_ERROR_PAGE = re.compile(
    r"(?:^|/)(?:(?:custom|generic|general)?[-_]?errors?(?:[-_]?page)?|oops)(?:\.\w{2,5})?/?$", re.I
)
_ABOUT_ERRORS = re.compile(r"40[0-9]|410|50[0-9]|not[-_ ]?found|error|oops", re.I)

_PLAIN_TYPES = frozenset({"text/plain", "application/json", "application/problem+json"})


def redirect_shape(asked: Url, final: Url, site: Site | None = None) -> RedirectShape:
    """Where the redirect leads. With a `site`, all its hosts of today and before are one owner's; without, a
    registrable domain is an owner."""
    if is_login(final) and not is_login(asked):
        return RedirectShape.LOGIN
    if not _same_owner(asked, final, site):
        return RedirectShape.OTHER_OWNER
    if _page_identity(asked) == _page_identity(final) or (is_home(asked) and is_home(final)):
        return RedirectShape.SAME_PAGE
    if is_home(final):
        return RedirectShape.HOME
    return RedirectShape.PARENT if _is_parent(asked, final) else RedirectShape.OTHER


def is_home(url: Url) -> bool:
    """Whether a URL is the home page of its host: the root, its index file, or the root of a language."""
    return _HOME.fullmatch(url.path) is not None and not identifying_query(url)


def is_login(url: Url) -> bool:
    """Whether a URL is a sign-in page by its path or host name."""
    return _LOGIN.search(url.path) is not None or _LOGIN_HOST.match(url.host) is not None


def is_not_found_page(url: Url) -> bool:
    """Whether a URL names itself a not-found page (/404.html, /not-found, ?aspxerrorpath=...)."""
    query = (url.query or "").lower()
    return (
        _NOT_FOUND.search(decode_path(url.path)) is not None
        or "aspxerrorpath=" in query
        or "=404" in query.split("&")[0]
    )


def names_gate(url: Url) -> bool:
    """Whether a URL names itself a gate, a refusal or an outage (/choose-country, /blocked, /503.html)."""
    return _GATE_NAME.search(decode_path(url.path)) is not None


def is_error_page(url: Url) -> bool:
    """Whether a URL names itself an error page without saying which error (/error, /oops.html)."""
    return _ERROR_PAGE.search(url.path) is not None


def sent_to_error_page(asked: Url, final: Url) -> bool:
    """Whether a redirect leads to a page that names itself an error page; what was itself called by the name of an
    error (an article about 404s) may lead to such a name without being lost."""
    return (is_not_found_page(final) or is_error_page(final)) and _ABOUT_ERRORS.search(decode_path(asked.path)) is None


def is_search(url: Url) -> bool:
    """Whether a URL is a site's search with something to look for: by its path, or the home page's usual names."""
    query = url.query or ""
    named = _SEARCH_QUERY.search(query) is not None and _INDEX.sub("/", url.path) == "/"
    return named or (bool(query) and _SEARCH.search(url.path) is not None)


def is_plain(content_type: str) -> bool:
    """Whether an answer is text for machines or notes: what it says counts, that all addresses get it does not."""
    return content_type.split(";", 1)[0].strip().lower() in _PLAIN_TYPES


def identifying_query(url: Url) -> tuple[str, ...]:
    """The parts of the query that say what is asked: sorted, tracking and empty parts left out."""
    if not url.query:
        return ()
    parts = normalise_escapes(url.query).split("&")
    return tuple(sorted(part for part in parts if part and not _TRACKING.fullmatch(part.split("=")[0])))


def _same_owner(asked: Url, final: Url, site: Site | None) -> bool:
    if site is not None and site.concerns(asked.netloc) and site.concerns(final.netloc):
        return True
    return registrable_domain(asked.netloc) == registrable_domain(final.netloc)


def _page_identity(url: Url) -> tuple[str, tuple[str, ...]]:
    path = _INDEX.sub("/", normalise_escapes(url.path)).casefold()
    return path.rstrip("/"), identifying_query(url)


def _is_parent(asked: Url, final: Url) -> bool:
    folder = _INDEX.sub("/", final.path).rstrip("/").casefold() + "/"
    return asked.path.casefold().startswith(folder) and not identifying_query(final)
