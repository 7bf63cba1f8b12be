"""Damage that needs the live URLs to be seen: cut off, glued on, wrong folder, moved by name, mistyped.

All of them propose only a single fit. A word that the site itself uses in its live paths is no misspelling of another
one, and digits, hashes, short codes and file types are never changed: there one character makes another page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from linkreclaim.diagnosis.live_index import LiveIndex, LiveUrl, same_type, with_plain_separators, without_extension
from linkreclaim.model.judgements import Cause

_COMMON_NAMES = frozenset(
    {
        "about",
        "about-us",
        "archive",
        "blog",
        "contact",
        "contact-us",
        "contents",
        "default",
        "en",
        "faq",
        "feed",
        "help",
    }
    | {
        "home",
        "images",
        "img",
        "index",
        "login",
        "main",
        "news",
        "page",
        "privacy",
        "readme",
        "rss",
        "search",
        "sitemap",
    }
    | {"start", "tag", "tags", "terms", "test", "admin", "overview", "introduction", "getting-started", "list", "all"}
)
"""Names that many folders have: sharing one says nothing."""
_FILE_TYPES = "pdf|html?|php|aspx?|jpe?g|png|gif|svg|webp|txt|csv|xml|json|epub|zip|mp[34]|docx?|xlsx?|pptx?"
_GLUED = re.compile(rf"^(.*?\.(?:{_FILE_TYPES}))(?=[^/?#.a-z]|[a-z])(?!l\b)(.+)$", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_NAME_WORDS = re.compile(r"[^\W_]+")
_HASH = re.compile(r"[0-9a-f]{8,}|(?=\w*\d)(?=\w*[a-z])\w{12,}")
_VIEW = re.compile(r"amp|feed|rss2?|atom|rdf|trackback|embed|print|comment-page-\d+")
"""Views that WordPress makes of each page (its rewrite endpoints and feeds), and those of AMP and print plugins."""
_MIN_NAME_CHARS = 4
_MIN_GLUED_TO_CHARS = 3
_ONE_WORD_CHARS = 10
_MIN_TYPO_WORD_CHARS = 4
_MIN_CUT_CHARS = 5
_LONG_CUT_CHARS = 12
_LONG_NAME_CHARS = 8
_JOINERS = ("-", "_")
_MAX_TYPOS = 2


@dataclass(frozen=True, slots=True)
class Miss:
    """A live URL that a damaged one very likely meant."""

    live: LiveUrl
    kind: str
    cause: Cause
    confidence_0_1: float


def find_near_miss(dead: LiveUrl, raw_path: str, index: LiveIndex, *, marked_cut: bool) -> Miss | None:
    """The one live URL that a dead one is a damaged form of, by the first rule that finds one.

    `raw_path` is the path in its own letter case; `marked_cut`: the URL ended in an ellipsis.
    """
    if dead.query:
        return None
    if marked_cut:
        return _unglue(dead, raw_path, index) or _complete_cut(dead, index, marked=True)
    for rule in (_unglue, _drop_extension, _drop_view, _drop_folders, _join_words, _same_name):
        found = rule(dead, raw_path, index)
        if found is not None:
            return found
    return _complete_cut(dead, index, marked=False) or _correct_typo(dead, index)


def _unglue(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """A word of the surrounding text glued on: after a file type, or after a word at a change of case."""
    glued = _GLUED.match(dead.path)
    if glued:
        live = index.at_path(dead.host, glued[1]) or _by_name(_at(dead, glued[1]), index)
        return Miss(live, "glued_word", Cause.MALFORMED, 0.95) if live else None
    for place in _case_changes(raw_path.rstrip("/")):
        if len(dead.path[:place].rpartition("/")[2]) >= _MIN_GLUED_TO_CHARS:
            live = index.at_path(dead.host, dead.path[:place])
            if live is not None:
                return Miss(live, "glued_word", Cause.MALFORMED, 0.9)
    return None


def _drop_extension(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """A file type behind a file type that is live by itself."""
    bare = without_extension(dead.path)
    live = index.at_path(dead.host, bare) if bare != dead.path and without_extension(bare) != bare else None
    return Miss(live, "extension", Cause.SITE_VARIANT, 0.9) if live is not None and same_type(dead, live) else None


def _drop_view(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """Another view of a page that is live: its feed, its AMP form, its print form, a page of its comments."""
    if not _VIEW.fullmatch(dead.name) or len(dead.segments) < 2:
        return None
    live = index.at_path(dead.host, dead.folder)
    if live is not None:
        return Miss(live, "view", Cause.SITE_VARIANT, 0.9)
    return _same_name(_at(dead, dead.folder), raw_path, index)


def _drop_folders(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """Leading folders too many, a URL inside the path, a folder written twice: a relative link on a wrong base."""
    inner = re.search(rf"/(?:h?t?tps?:/+)?(?:www\.)?{re.escape(dead.host)}(/.*)$", dead.path)
    if inner:
        live = _look_up(_at(dead, inner[1]), index)
        return Miss(live, "address_in_path", Cause.WRONG_BASE, 0.97) if live else None
    once = re.sub(r"(/[^/]+)(?:\1)+(?=/|$)", r"\1", dead.path)
    live = _look_up(_at(dead, once), index) if once != dead.path else None
    if live is not None:
        return Miss(live, "repeated_folder", Cause.WRONG_BASE, 0.95)
    for start in range(1, len(dead.segments)):
        rest = dead.segments[start:]
        telling = len(rest) > 1 or _is_telling(rest[-1])
        live = _look_up(_at(dead, "/" + "/".join(rest)), index) if telling else None
        if live is not None:
            return Miss(live, "wrong_folder", Cause.WRONG_BASE, _name_confidence(live.name))
    return None


def _join_words(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """Hyphens between words left out or put in."""
    live = index.find_form(dead, "joined")
    return Miss(live, "joined", Cause.SITE_VARIANT, 0.85) if live else None


def _same_name(dead: LiveUrl, raw_path: str, index: LiveIndex) -> Miss | None:
    """The page is in another folder under its own name, which no other live page has."""
    live = _by_name(dead, index) if _has_rare_name(dead) else None
    if live is None or index.are_twins(dead.host, dead.folder, live.folder):
        return None
    return Miss(live, "same_name", Cause.RESTRUCTURE, _name_confidence(live.name))


def _by_name(dead: LiveUrl, index: LiveIndex) -> LiveUrl | None:
    if not _is_telling(dead.name):
        return None
    fits = [live for live in index.find_named(dead.host, dead.name) if same_type(dead, live)]
    if len(fits) > 1:
        shared = [(len(set(live.segments[:-1]) & set(dead.segments[:-1])), live) for live in fits]
        best = max(count for count, _ in shared)
        fits = [live for count, live in shared if count == best and best > 0]
    return fits[0] if len(fits) == 1 else None


def _complete_cut(dead: LiveUrl, index: LiveIndex, *, marked: bool) -> Miss | None:
    """The end is missing, within a word unless an ellipsis marks the place; only one page goes on like this."""
    if not marked and (len(dead.name) < _MIN_CUT_CHARS or not _ends_in_part_of_word(dead, index)):
        return None
    names, paths = set(), []
    for path in index.paths_from(dead.host, dead.path):
        rest = path[len(dead.path) :]
        if not marked and not rest[:1].isalpha():
            return None
        names.add(rest.split("/")[0])
        paths.append(path)
        if len(names) > 1:
            return None
    if not names:
        return _complete_name(dead, index) if marked else None
    whole = dead.path + names.pop()
    live = index.at_path(dead.host, paths[0] if len(paths) == 1 else whole)
    return Miss(live, "cut_off", Cause.CUT_OFF, 0.9 if marked else 0.85) if live else None


def _complete_name(dead: LiveUrl, index: LiveIndex) -> Miss | None:
    """A long cut name that only one live page goes on from, in whatever folder."""
    if len(dead.name) < _LONG_CUT_CHARS:
        return None
    found = list(index.names_from(dead.host, dead.name))
    live = index.find_named(dead.host, found[0]) if len(found) == 1 else []
    return Miss(live[0], "cut_off", Cause.CUT_OFF, 0.8) if len(live) == 1 else None


def _ends_in_part_of_word(dead: LiveUrl, index: LiveIndex) -> bool:
    if dead.path.endswith(_JOINERS):  # no page is named so, a cut is
        return True
    last = _WORD.findall(dead.path[-40:])
    return bool(last) and dead.path.endswith(last[-1]) and not index.is_word(dead.host, last[-1])


def _correct_typo(dead: LiveUrl, index: LiveIndex) -> Miss | None:
    """One or two wrong letters or a swap, with no other live URL nearly as close."""
    allowed = _MAX_TYPOS if len(dead.name) >= _LONG_NAME_CHARS else 1
    fits = index.paths_near(dead.host, dead.path, allowed + 1)
    if not fits or fits[0][0] > allowed or (len(fits) > 1 and fits[1][0] <= fits[0][0]):
        return None
    distance, path = fits[0]
    live = index.at_path(dead.host, path)
    if live is None or dead.extension != live.extension or not _only_letters_differ(dead, path, index):
        return None
    if distance > 1 and _has_other_prefix(dead.path, path):
        return None
    crowded = len(fits) > 1
    return Miss(live, "typo", Cause.TYPO, 0.9 - 0.05 * (distance - 1) - 0.1 * crowded)


def _only_letters_differ(dead: LiveUrl, path: str, index: LiveIndex) -> bool:
    """Whether every difference lies in a longer word that the site does not use itself."""
    missing = max(len(path) - len(dead.path), 0)
    for start, end in _changed_words(dead.path, path):
        word = dead.path[start:end]
        if len(word) + missing < _MIN_TYPO_WORD_CHARS or not _WORD.fullmatch(word) or index.is_word(dead.host, word):
            return False
    return not any(_HASH.fullmatch(part) for part in dead.segments)


def _has_other_prefix(wrong: str, right: str) -> bool:
    """Whether a word begins otherwise in two letters: import and export, interior and exterior are two words.

    A swap keeps its letters. Typing errors rarely touch a first letter, and hardly ever it and its neighbour.
    """
    pairs = zip(_WORD.findall(wrong), _WORD.findall(right), strict=False)
    return any(
        here[0] != there[0] and Levenshtein.distance(here, there) > 1 and sorted(here) != sorted(there)
        for here, there in pairs
    )


def _changed_words(wrong: str, right: str) -> Iterator[tuple[int, int]]:
    """The runs of letters and digits of `wrong` that differ from `right`."""
    places = {min(edit.src_pos, len(wrong) - 1) for edit in Levenshtein.editops(wrong, right)}
    touched = {place for place in places for place in (place, max(place - 1, 0))}
    for word in re.finditer(r"[^\W_]+", wrong):
        exact = any(word.start() <= place < word.end() for place in places)
        beside = any(word.start() <= place < word.end() for place in touched)
        if exact or (beside and not any(other in places for other in range(word.start(), word.end()))):
            yield word.span()


def _look_up(dead: LiveUrl, index: LiveIndex) -> LiveUrl | None:
    return index.find_path(dead) or index.find_form(dead, "separator") or index.find_form(dead, "extension")


def _at(dead: LiveUrl, path: str) -> LiveUrl:
    return LiveUrl(dead.href, dead.host, path.rstrip("/"), "")


def _is_telling(name: str) -> bool:
    plain = with_plain_separators(name)
    return len(plain) >= _MIN_NAME_CHARS and plain not in _COMMON_NAMES and not plain.replace("-", "").isdigit()


def _name_confidence(name: str) -> float:
    """Names of several words are rarely shared by chance (28 relaunched sites: 95 % of same-name repairs right, nearly
    all wrong ones with a single word; our measurement)."""
    return 0.9 if len(re.findall(r"\w+", name.replace("_", " "))) > 1 else 0.7


def _has_rare_name(dead: LiveUrl) -> bool:
    """Several words, or a long one: a short word is the name of pages in many folders."""
    words = _NAME_WORDS.findall(without_extension(dead.name))
    return len(words) > 1 or len(dead.name) >= _ONE_WORD_CHARS


def _case_changes(path: str) -> list[int]:
    """Places where a capital follows a small letter or a digit, last first."""
    return [found.start() + 1 for found in re.finditer(r"[a-z0-9](?=[A-Z])", path)][::-1]
