"""What speaks against the best candidate, however alike: another number, language, order or name in the same words.

Similarity cannot see it, for pages made by one template (a city, a model, a year each) differ in nothing else. Each
doubt is a sentence for the reader; a doubted answer stays the first, and is never stated as sure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable
from linkreclaim.match.tokens import UrlShape, stem, text_words, url_language
from linkreclaim.urls import parse

DOUBTED_0_1 = 0.9
"""The most that a doubted answer is stated at: not sure. **Source:** our measurement on 272 made-up sites of 68 kinds
(three fifths of the pages kept): doubts lower wrong answers at 0.95 from 204 of 3,743 to 16 of 3,687. On the redirect
benchmark, whose sites have few such pages, they cost half a point of coverage with text, nothing with URLs only."""
MIN_TELLING_DIGITS = 5
"""A number of fewer digits, alone, is met again by chance when a new system counts from 1. Our judgement."""
CROWDED = 0.05
"""From this share of taken numbers on a longer one, too, is met by chance: by a twentieth, while an answer that is
stated at 0.95 may be wrong no more often. **Source:** our measurement on made-up sites of two numberings each (every
number to every third taken): 36 of 36 wrong answers at 0.95 without it, none with it."""
SAME_TEXT = 0.6
"""Cosine of two texts that makes up for a bare number, and for a language that no URL names. Our judgement."""
ALIKE_PERCENT = 60.0
"""Words spelled that alike (rapidfuzz ratio) are forms of one word. Our judgement, read off the benchmark's titles."""
MAX_SWAPPED_WORDS = 2
MAX_TITLE_WORDS = 40
_PAGE_WORDS = "pages?|pg|paged|p|seite|sida|side|pagina|strona|str|stranka|sivu|oldal|sayfa|страница|ページ|页"
_PAGE_IN_PATH = re.compile(rf"(?:.*/)?([^/]*)/(?:{_PAGE_WORDS})[-_/]?([0-9]{{1,4}})")
_PAGE_IN_QUERY = re.compile(
    rf"(?:^|&)(?:{_PAGE_WORDS}|start|offset|pagenum(?:ber)?|page_?no)=([0-9]{{1,6}})(?:&|$)", re.I
)
"""`/news/page/3`, `/news/seite-3`, `/news?page=3`: the word in the languages of the commonest site builders."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"v?0*(\d+)")


@dataclass(frozen=True, slots=True)
class Pairing:
    """A dead page and the live page that is to be doubted."""

    site: SiteTable
    question: Question
    row: int
    text_cosine: float  # NaN: not known

    @property
    def shape(self) -> UrlShape:
        """The live page's URL."""
        return self.site.shapes[self.row]

    @property
    def title(self) -> str:
        """The live page's title, cleaned."""
        return self.site.titles[self.row]

    @property
    def told_by(self) -> str:
        """What the old page's title was read from."""
        return "link text" if self.question.anchor_as_title else "old title"

    @property
    def same_title(self) -> bool:
        """Whether both say the same, and no other live page says it."""
        return bool(self.title) and self.title == self.question.title and self.site.title_twins[self.row] <= 1


def doubt(pairing: Pairing) -> str:
    """The first thing that speaks against a pairing, as a clause; "" when nothing does."""
    return next(_doubts(pairing), "")


def _doubts(pairing: Pairing) -> Iterator[str]:
    for judge in (_other_language, _bare_number, _other_listing_page, _other_numbers, _other_order, _other_name):
        told = judge(pairing)
        if told:
            yield told


def _other_language(pairing: Pairing) -> str:
    """A page in another language, or in none that is known where the site has others in the old one.

    What only a page says of itself is left from a template as often as not: the same text answers it.
    """
    site, question = pairing.site, pairing.question
    told_old, told_new = url_language(question.url), url_language(site.urls[pairing.row])
    if not (told_old and told_new) and pairing.text_cosine >= SAME_TEXT:
        return ""
    old = told_old or ("" if question.shape.language else question.language)
    new = told_new or site.languages[pairing.row]
    if not new:
        return f"the old page was in '{old}', this one may not be" if old[:2] in site.tongues else ""
    regions = "-" in old and "-" in new
    apart = old != new if regions else old[:2] != new[:2]
    return f"the old page was in '{old}', this one is in '{new}'" if old and apart else ""


def _bare_number(pairing: Pairing) -> str:
    """A number that is all two URLs have in common, in a folder of another name, and that may be met by chance."""
    old, new = pairing.question.shape, pairing.shape
    if not old.slug_key.isdigit() or old.slug_key != new.slug_key or old.folder == new.folder:
        return ""
    telling = len(old.slug_key) >= MIN_TELLING_DIGITS and pairing.site.numbers_near(new) < CROWDED
    if telling or pairing.same_title or pairing.text_cosine >= SAME_TEXT:
        return ""
    return f"only the number {old.slug_key} is the same"


def _other_listing_page(pairing: Pairing) -> str:
    """Another page of a listing, or the same one of another listing: all are titled alike, and hold other things."""
    old = _listing_page(pairing.question.url, pairing.question.shape)
    new = _listing_page(pairing.site.urls[pairing.row], pairing.shape)
    if old is None or new is None or old == new:
        return ""
    if old[0] != new[0]:
        return f"the old URL is a page of the listing '{old[0]}', this one of '{new[0]}'"
    return f"the old URL is page {old[1]} of a listing, this one page {new[1]}"


def _listing_page(url: str, shape: UrlShape) -> tuple[str, int] | None:
    """(last segment of the listing, "/" at the top of the site; number of the page), None for any other URL."""
    found = _PAGE_IN_PATH.fullmatch(shape.path)
    if found:
        return found[1] or "/", int(found[2])
    parsed = parse(url)
    found = _PAGE_IN_QUERY.search(parsed.query) if parsed and parsed.query else None
    return (shape.slug or "/", int(found[1])) if found else None


def _other_numbers(pairing: Pairing) -> str:
    """Numbers that only one of two titles has, unless the slug is the same; without titles, different ones in slugs,
    or a year in one of them: other numbers come and go with the system that made the URL."""
    if pairing.same_title:
        return ""
    old_slug, new_slug = pairing.question.shape.slug_words, pairing.shape.slug_words
    if pairing.title and pairing.question.title:
        old, new = _numbers(_title_words(pairing.question.title)), _numbers(_title_words(pairing.title))
        return _differ(pairing.told_by, old - new, new - old, one_is_enough=old_slug != new_slug)
    old, new = _numbers(old_slug), _numbers(new_slug)
    return _differ("old URL", old - new, new - old, one_is_enough=all(map(_YEAR.fullmatch, old ^ new)))


def _numbers(words: Iterable[str]) -> frozenset[str]:
    """Words that are numbers ("2019", "v2"), leading zeros aside; digits within a word belong to a name ("e2e")."""
    return frozenset(found[1] for found in map(_NUMBER.fullmatch, words) if found)


def _differ(what: str, gone: frozenset[str], come: frozenset[str], *, one_is_enough: bool) -> str:
    if gone and come:
        return f"the {what} says {_listed(gone)}, this page {_listed(come)}"
    if (gone or come) and one_is_enough:
        return f"only {'the ' + what if gone else 'this page'} says {_listed(gone or come)}"
    return ""


def _listed(found: frozenset[str]) -> str:
    return ", ".join(sorted(found)[:3])


def _other_order(pairing: Pairing) -> str:
    """Two words that changed places around another one: from York to Hull is not from Hull to York."""
    old, new = _title_words(pairing.question.title), _title_words(pairing.title)
    apart = [at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other]
    if len(old) != len(new) or len(apart) != 2 or apart[1] - apart[0] < 2:
        return ""
    first, second = apart
    swapped = (old[first], old[second]) == (new[second], new[first])
    return f"'{old[first]}' and '{old[second]}' changed places in the title" if swapped else ""


def _other_name(pairing: Pairing) -> str:
    """One name in the place of another, where both are names that the site's other titles tell pages apart by."""
    old, new = _title_words(pairing.question.title), _title_words(pairing.title)
    if not old or not new:
        return ""
    changes = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    if len(changes) != 1 or changes[0][0] != "replace":
        return ""
    _, start, end, other_start, other_end = changes[0]
    gone, come = old[start:end], new[other_start:other_end]
    if max(len(gone), len(come)) > MAX_SWAPPED_WORDS or len(old) - len(gone) < len(gone):
        return ""
    if _spelled_alike("".join(gone), "".join(come)):
        return ""
    if not all(pairing.site.titles_with(stem(word)) > 1 for word in (*gone, *come)):
        return ""
    return f"the {pairing.told_by} says '{' '.join(gone)}', this page '{' '.join(come)}'"


def _spelled_alike(one: str, other: str) -> bool:
    """Two forms of a word, or its abbreviation."""
    return one.startswith(other) or other.startswith(one) or fuzz.ratio(one, other) >= ALIKE_PERCENT


def _title_words(title: str) -> Sequence[str]:
    return text_words(title)[:MAX_TITLE_WORDS]
