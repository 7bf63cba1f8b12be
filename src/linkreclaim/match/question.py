"""One dead URL made ready for comparison with a site's pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from linkreclaim import urls
from linkreclaim.match.index import Bag
from linkreclaim.match.languages import page_language
from linkreclaim.match.rows import heading_words
from linkreclaim.match.site import SiteTable, is_top
from linkreclaim.match.titles import TitleCleaner, first_telling
from linkreclaim.match.tokens import MAX_TEXT_CHARS, UrlShape, character_grams, read_shape, stem, text_words
from linkreclaim.match.tokens import url_words as words_of_segment
from linkreclaim.model.pages import DeadPage

MIN_SURE_CHARS = 5
"""Shorter slugs and titles ("faq", "api") stand in too many folders to prove where a page went. Our judgement."""


@dataclass(frozen=True, slots=True)
class Question:
    """A dead URL with the words of its URL, of its title (without one: of the first telling anchor) and its text."""

    url: str
    shape: UrlShape
    title: str
    language: str
    asks_home: bool
    own_row: int  # the live page with the very same URL, -1: none; it is never its own replacement
    sure_row: int  # the one live page with the dead page's slug or title, -1: none or several
    slug_bag: Bag
    slug_mass: float  # rarity of all its distinct words, unknown ones included
    url_bag: Bag
    url_mass: float
    folder_bag: Bag  # all segments but the last
    folder_mass: float
    title_bag: Bag
    title_mass: float
    label_bag: Bag  # URL and title
    text_bag: Bag  # title, headings and text; empty when only the URL is known
    gram_bag: Bag
    ids: tuple[str, ...] = ()  # distinct
    anchor_as_title: bool = False

    @property
    def knows_text(self) -> bool:
        """Whether more than the URL and a title is known; decides which features are blank, is none itself."""
        return bool(len(self.text_bag.terms))


def read_question(site: SiteTable, dead: DeadPage, cleaner: TitleCleaner) -> Question:
    """Prepare one dead page; `cleaner` takes the old site name off its title."""
    parsed = urls.parse(dead.url)
    shape = read_shape(dead.url)
    title = site.cleaner.clean(cleaner.clean(dead.title or first_telling(dead.anchors)))
    title_words = _stems(text_words(title))
    slug_words, url_words = _stems(shape.slug_words), _stems(shape.words)
    folder_words = _stems(word for segment in shape.folder for word in words_of_segment(segment))
    vocabulary = site.vocabulary
    body = _stems(text_words(dead.text[:MAX_TEXT_CHARS]) + heading_words(dead.headings))
    key = parsed.key if parsed else ""
    return Question(
        url=dead.url,
        shape=shape,
        title=title,
        language=shape.language or page_language(dead),
        asks_home=parsed is not None and not parsed.query and is_top(shape),
        own_row=site.row_of_key.get(key, -1),
        sure_row=_sure_row(site, shape, title),
        slug_bag=vocabulary.bag(slug_words),
        slug_mass=vocabulary.mass(slug_words),
        url_bag=vocabulary.bag(url_words),
        url_mass=vocabulary.mass(url_words),
        folder_bag=vocabulary.bag(folder_words),
        folder_mass=vocabulary.mass(folder_words),
        title_bag=vocabulary.bag(title_words),
        title_mass=vocabulary.mass(title_words),
        label_bag=vocabulary.bag([*url_words, *title_words]),
        text_bag=vocabulary.bag([*title_words, *body] if body else ()),
        gram_bag=site.gram_vocabulary.bag(character_grams(shape.path)),
        ids=tuple(dict.fromkeys(dead.ids)),
        anchor_as_title=not dead.title,
    )


def _stems(words: Iterable[str]) -> list[str]:
    return list(map(stem, words))


def _sure_row(site: SiteTable, shape: UrlShape, title: str) -> int:
    """The one live page with the dead page's slug, or with its title; -1 when there is none, or they disagree."""
    slug = site.by_slug.get(shape.slug_key) if len(shape.slug_key) >= MIN_SURE_CHARS else None
    by_title = site.by_title.get(title) if len(title) >= MIN_SURE_CHARS else None
    rows = {int(found[0]) for found in (slug, by_title) if found is not None and len(found) == 1}
    return rows.pop() if len(rows) == 1 else -1
