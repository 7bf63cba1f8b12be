"""Where visitors came from: a site that links, a search engine, a social network, an assistant, spam or nothing.

The lists are `lists/referrers.txt` (made by scripts/refresh_referrers.py from the lists that Matomo keeps) and
`lists/additions.txt` (ours). The rules are ours:

- A search engine, and whatever is told for one host, is meant by that host alone: google.com is an engine,
  sites.google.com holds pages that link. Spam, networks and assistants are meant with all hosts below them.
- What engines show of others counts as the engine: translators (translate.google.com) and copies of pages
  (web.archive.org, an engine's cache). A host of a proxy that bears the name of the page's host
  (www-example-com.translate.goog) counts as that host. Mail and chats that are read on the web count as social.
- An entry never reaches beyond what somebody registered: "kharkov.ua" on the list of spam is that host, and not all
  that is registered below it.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.sources.cells import show
from linkreclaim.sources.logs.interface import ReferrerKind
from linkreclaim.sources.memo import Memo
from linkreclaim.urls import parse, registrable_domain

MOST_CHARS = 2_048
"""Of a referrer are read, because only its host counts, and a host has 253 at most (RFC 1035, 2.3.4)."""
MOST_BYTES = 10_000_000
"""Of a user's own list: four hundred times the public one."""

_PLAIN = re.compile(r"https?://((?:[a-z0-9-]++\.)+[a-z]{2,63}+)(?=[/?#]|\Z)", re.ASCII)
"""Referrers that need no parser: what nearly all browsers send, an origin in lower case without a port."""
_APP = re.compile(r"(?:android|ios)-app:", re.ASCII | re.IGNORECASE)
_COUNTRY_END = re.compile(r"\.(?:(?:com|co|org|net|edu|it)\.)?[a-z]{2}\Z", re.ASCII)
"""What {} stands for at the end of a host. Source: README of matomo-org/searchengine-and-social-list."""
_ENTRY = re.compile(r"(?:\*\.)?(?:[a-z0-9_-]{1,63}|\{\})(?:\.(?:[a-z0-9_-]{1,63}|\{\}))+", re.ASCII)
_PRIVATE_ENDS = frozenset(
    (
        "localhost",
        "invalid",
        "local",
        "intranet",
        "internal",
        "private",
        "corp",
        "home",
        "lan",
        "localdomain",
        "onion",
        "arpa",
    )
)
"""Ends of names that the public web has no pages under. Sources: RFC 6761 (localhost, invalid), RFC 6762 with its
appendix G (local to lan), RFC 7686 (onion), RFC 8375 (home.arpa); localdomain is custom. The names reserved for
examples (RFC 2606: .test, .example) are left out: no visitor comes from them, and all examples use them."""
_PROXIES = (".translate.goog", ".cdn.ampproject.org")
"""Of Google: hosts below them name the page's own host, "." as "-" and "-" as "--". Source: Google, "AMP Cache URL
Format"; that the translator does the same is from documentation."""
_WITH_ALL_BELOW = frozenset((ReferrerKind.SPAM, ReferrerKind.SOCIAL, ReferrerKind.ASSISTANT))

Entries = dict[str, ReferrerKind]


class ReferrerLists:
    """Which hosts are no sites that link; `kind_of` remembers its answers (0.1 us each then, 15 us the first time)."""

    def __init__(self, entries: Entries) -> None:
        self._exact: Entries = {host: kind for host, kind in entries.items() if not host.startswith("*.")}
        self._below: Entries = {host: kind for host, kind in self._exact.items() if kind in _WITH_ALL_BELOW}
        self._below |= {host[2:]: kind for host, kind in entries.items() if host.startswith("*.")}
        self._kinds: Memo[str, ReferrerKind] = Memo(self._look_up)

    def kind_of(self, host: str) -> ReferrerKind:
        """What a host is (lower case, ASCII, no port): never NONE, OWN or APP; SITE where no list knows it."""
        return self._kinds[host]

    def _look_up(self, host: str) -> ReferrerKind:
        if not _is_public(host):
            return ReferrerKind.JUNK
        name = host.removeprefix("www.")
        for form in _forms(name):
            if form in self._exact:
                return self._exact[form]
        return self._kind_from_above(name)

    def _kind_from_above(self, name: str) -> ReferrerKind:
        registered = registrable_domain(name)
        while len(name) > len(registered):
            name = name.partition(".")[2]
            kind = self._below.get(name) or self._below.get(_COUNTRY_END.sub(".{}", name))
            if kind is not None:
                return kind
        return ReferrerKind.SITE


def classify_referrer(
    referrer: str, own: Callable[[str], bool], lists: ReferrerLists | None = None
) -> tuple[ReferrerKind, str]:
    """What a Referer header says: its kind, and the host that it names (lower case, ASCII, without a port).

    `own` says whether a host is the site's; what it says comes before all else. Without `lists` those of the package
    count. The host is "" for NONE, APP and JUNK. Raises nothing, whatever the header holds; about 1.5 us for hosts
    met before, besides `own`.
    """
    plain = _PLAIN.match(referrer)
    host = plain[1] if plain and "xn--" not in plain[1] else _host_of(referrer)
    if isinstance(host, ReferrerKind):
        return host, ""
    host = _behind_proxy(host)
    if own(host):
        return ReferrerKind.OWN, host
    kind = (lists or load_lists()).kind_of(host)
    return kind, "" if kind is ReferrerKind.JUNK else host


def load_lists(extra_spam: Path | None = None) -> ReferrerLists:
    """The lists of the package, and the hosts of `extra_spam` (one a line, "#" before a comment) as spam besides.

    Reading takes 2 ms, once. Raises InputError when the file cannot be read or holds a line that is no host.
    """
    if extra_spam is None:
        return _shipped_lists()
    extra = dict.fromkeys(_own_hosts(extra_spam), ReferrerKind.SPAM)
    return ReferrerLists(_shipped_entries() | extra)


@lru_cache(maxsize=1)
def _shipped_lists() -> ReferrerLists:
    return ReferrerLists(_shipped_entries())


def _shipped_entries() -> Entries:
    folder = files("linkreclaim") / "sources" / "logs" / "lists"
    entries: Entries = {}
    for name in ("referrers.txt", "additions.txt"):  # what stands later holds
        entries |= _read_sections((folder / name).read_text(encoding="ascii").splitlines())
    return entries


def _read_sections(lines: Iterable[str]) -> Entries:
    entries: Entries = {}
    kind = ReferrerKind.SITE
    for line in lines:
        if line.startswith("["):
            kind = ReferrerKind(line[1:-1])
        elif line and line[0] != "#":
            entries[line] = kind
    return entries


def _own_hosts(path: Path) -> Iterable[str]:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES:,} bytes: this is no list of hosts, one a line")
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield _own_host(text, f"{path}, line {number}")


def _own_host(text: str, place: str) -> str:
    url = parse(f"http://{text.removeprefix('*.')}/")
    host = url.netloc.removeprefix("www.") if url else ""
    if url is None or url.path != "/" or not _ENTRY.fullmatch(host):
        raise InputError(f"{place}: {show(text)!r} is no host; write one a line, such as example.com")
    return host


def _host_of(referrer: str) -> str | ReferrerKind:
    text = referrer[:MOST_CHARS].strip()
    if text in ("", "-"):
        return ReferrerKind.NONE
    if _APP.match(text):
        return ReferrerKind.APP
    url = parse(text)
    return ReferrerKind.JUNK if url is None else url.host


def _behind_proxy(host: str) -> str:
    if not host.endswith(_PROXIES):
        return host
    label = host.removesuffix(_PROXIES[0]).removesuffix(_PROXIES[1])
    name = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
    return name if _is_public(name) else host


def _is_public(host: str) -> bool:
    labels = host.split(".")
    if len(labels) < 2 or labels[-1] in _PRIVATE_ENDS or labels[-1].isdigit() or host.startswith("["):
        return False
    return len(host) <= 253 and all(0 < len(label) <= 63 for label in labels)


def _forms(name: str) -> Iterable[str]:
    """A host, and as the lists write it with {} for a country: at its end, as its first label, as its second."""
    yield name
    yield _COUNTRY_END.sub(".{}", name)
    labels = name.split(".", 2)
    if len(labels[0]) == 2:
        yield f"{{}}.{name[3:]}"
        yield f"{{}}.{_COUNTRY_END.sub('.{}', name[3:])}"
    if len(labels) == 3 and len(labels[1]) == 2:
        yield f"{labels[0]}.{{}}.{labels[2]}"
