"""What is measured of a dead URL and a candidate, by name; the model knows nothing else.

Blank (NaN) where the text or title to compare is not known. Whether something is known is never a measure of its own,
and neither are file extensions, slashes or anchors: in the training data they differ with the answer by the way the
data was made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from linkreclaim.match.evidence import Moves, move_features
from linkreclaim.match.index import Bag, Floats, Ints
from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable
from linkreclaim.match.tokens import UrlShape

FEATURE_VERSION = 2
"""Raised when the meaning or order of a feature changes: a model of another version is refused."""

COMPARED = (
    "path_cosine",
    "label_cosine",
    "text_cosine",
    "path_ratio",
    "slug_ratio",
    "title_ratio",
    "slug_in_url",
    "url_in_url",
    "front_same",
    "title_in_title",
    "front_support",
    "folder_support",
    "label_contrast",
    "slug_heading_ratio",
    "title_heading_ratio",
    "title_set_ratio",
)
"""Measures that are also given as the lead over the best other candidate."""

LEAD = "_lead"


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The candidates' rows, and what is compared of them more than once."""

    rows: Ints
    shapes: list[UrlShape]
    titles: list[str]
    headings: list[list[str]]


def read_features(site: SiteTable, moves: Moves, question: Question, rows: Ints) -> dict[str, Floats]:
    """All measures of the candidates in `rows`, by name, in the model's order."""
    near = _Near(rows, site.shapes.take(rows), site.titles.take(rows), site.headings.take(rows))
    measures = {
        **_url_features(site, question, near),
        **_slug_features(site, question, near),
        **_place_features(site, question, near),
        **_title_features(site, question, near),
        **_text_features(site, question, rows),
        **_hub_features(site, question, near),
        **_contrast_features(site, question, rows),
        **_heading_features(question, near.headings),
        **move_features(moves, site, question, near.shapes),
    }
    leads = _leads(np.stack([measures[name] for name in COMPARED]))
    return measures | {name + LEAD: lead for name, lead in zip(COMPARED, leads, strict=True)}


def _url_features(site: SiteTable, question: Question, near: _Near) -> dict[str, Floats]:
    rows = near.rows
    shape = question.shape
    shapes = near.shapes
    paths = [other.path for other in shapes]
    numbers, all_numbers, versions = shape.numbers, [other.numbers for other in shapes], shape.versions
    url_shared = site.url_words.shared(question.url_bag, rows)
    return {
        "path_cosine": site.grams.cosine(question.gram_bag, rows),
        "path_ratio": _ratios(shape.path, paths),
        "path_words_ratio": _ratios(
            " ".join(shape.words), [" ".join(other.words) for other in shapes], fuzz.token_sort_ratio
        ),
        "url_in_url": _share(url_shared, question.url_mass),
        "url_of_url": _share(url_shared, site.url_words.masses[rows]),
        "label_cosine": site.labels.cosine(question.label_bag, rows),
        "url_in_text": _share(site.texts.shared(question.url_bag, rows), question.url_mass),
        "numbers_shared": np.array([_shared(numbers, others) for others in all_numbers]),
        "numbers_new": np.array([float(len(others - numbers)) for others in all_numbers]),
        "numbers_gone": np.array([float(len(numbers - others)) for others in all_numbers]),
        "language_fits": np.array([_fits(question.language, site.languages[row]) for row in rows.tolist()]),
        "versions_fit": np.array([_agree(versions, other.versions) for other in shapes]),
    }


def _slug_features(site: SiteTable, question: Question, near: _Near) -> dict[str, Floats]:
    rows = near.rows
    shape = question.shape
    shapes = near.shapes
    slug, slugs = shape.slug_key, [other.slug_key for other in shapes]
    words = slug.replace("-", " ")
    mass = question.slug_mass
    shared = site.slug_words.shared(question.slug_bag, rows)
    known = float(site.vocabulary.idf[question.slug_bag.terms].sum())
    return {
        "slug_ratio": _ratios(shape.slug, [other.slug for other in shapes]),
        "slug_same": np.array([float(bool(slug) and slug == other) for other in slugs]),
        "slug_in_slug": _share(shared, mass),
        "slug_of_slug": _share(shared, site.slug_words.masses[rows]),
        "slug_in_url": _share(site.url_words.shared(question.slug_bag, rows), mass),
        "slug_of_url": _share(site.slug_words.shared(question.url_bag, rows), site.slug_words.masses[rows]),
        "slug_in_title": _share(site.title_words.shared(question.slug_bag, rows), mass),
        "slug_of_title": _share(site.title_words.shared(question.slug_bag, rows), site.title_words.masses[rows]),
        "slug_in_headings": _share(site.head_words.shared(question.slug_bag, rows), mass),
        "slug_in_text": _share(site.texts.shared(question.slug_bag, rows), mass),
        "slug_to_title_ratio": _ratios(words, near.titles),
        "slug_set_ratio": _ratios(words, [other.replace("-", " ") for other in slugs], fuzz.token_set_ratio),
        "slug_title_set_ratio": _ratios(words, near.titles, fuzz.token_set_ratio),
        "squeezed_ratio": _ratios(shape.squeezed, [other.squeezed for other in shapes]),
        "slug_mass": np.full(len(rows), mass),
        "slug_known": np.full(len(rows), known / mass if mass else 0.0),
        "slug_twins": np.log1p(site.slug_twins[rows]),
    }


def _place_features(site: SiteTable, question: Question, near: _Near) -> dict[str, Floats]:
    rows = near.rows
    segments = question.shape.segments
    parent = segments[-2] if len(segments) > 1 else ""
    shapes = near.shapes
    front = np.array([_common(segments, other.segments) for other in shapes], dtype=np.float64)
    back = np.array([_common(segments[::-1], other.segments[::-1]) for other in shapes], dtype=np.float64)
    depth = float(len(segments))
    return {
        "front_same": front,
        "back_same": back,
        "front_same_share": front / max(1.0, depth),
        "depth_change": site.depths[rows] - depth,
        "depth": np.full(len(rows), depth),
        "is_ancestor": np.where((front == site.depths[rows]) & (front < depth), depth - front, 0.0),
        "is_sibling": np.array([float(question.shape.folder == other.folder) for other in shapes]),
        "children": np.log1p(site.children[rows]),
        "parent_ratio": _ratios(parent, [other.slug for other in shapes]),
        "folder_ratio": _ratios("/".join(segments[:-1]), ["/".join(other.folder) for other in shapes]),
        "top_known": np.full(len(rows), float(bool(segments) and segments[0] in site.top_folders)),
    }


def _title_features(site: SiteTable, question: Question, near: _Near) -> dict[str, Floats]:
    rows = near.rows
    mass = question.title_mass
    shared = site.title_words.shared(question.title_bag, rows)
    asked = 0.0 if question.title else np.nan
    blank = np.array([asked if title else np.nan for title in near.titles])
    in_slug = site.slug_words.shared(question.title_bag, rows)
    return {
        "title_ratio": _ratios(question.title, near.titles),
        "title_words_ratio": _ratios(question.title, near.titles, fuzz.token_sort_ratio),
        "title_set_ratio": _ratios(question.title, near.titles, fuzz.token_set_ratio),
        "title_in_title": _share(shared, mass) + blank,
        "title_of_title": _share(shared, site.title_words.masses[rows]) + blank,
        "title_in_headings": _share(site.head_words.shared(question.title_bag, rows), mass) + asked,
        "title_in_slug": _share(in_slug, mass) + asked,
        "title_of_slug": _share(in_slug, site.slug_words.masses[rows]) + asked,
        "title_in_text": _share(site.texts.shared(question.title_bag, rows), mass) + asked,
        "heading_ratio": _ratios(question.title, [own[0] if own else "" for own in near.headings]),
        "title_twins": np.log1p(site.title_twins[rows]) + blank,
        "title_mass": np.full(len(rows), mass) + asked,
    }


def _text_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    blank = 0.0 if question.knows_text else np.nan
    distinct = Bag(question.text_bag.terms, np.ones(len(question.text_bag.terms)))
    shared = site.texts.shared(distinct, rows)
    total = float(site.vocabulary.idf[distinct.terms].sum())
    return {
        "text_cosine": site.texts.cosine(question.text_bag, rows) + blank,
        "text_in_text": _share(shared, total) + blank,
        "text_of_text": _share(shared, site.texts.masses[rows]) + blank,
        "text_of_title": _share(site.title_words.shared(distinct, rows), site.title_words.masses[rows]) + blank,
    }


def _hub_features(site: SiteTable, question: Question, near: _Near) -> dict[str, Floats]:
    """Whether a candidate speaks of the dead page's folders, and how many other candidates stand below it."""
    rows = near.rows
    bag, mass = question.folder_bag, question.folder_mass
    paths = [shape.segments for shape in near.shapes]
    places = {path: place for place, path in enumerate(paths)}
    like = site.labels.cosine(question.label_bag, rows)
    below, alike = np.zeros(len(rows)), np.zeros(len(rows))
    for own, path in enumerate(paths):
        for above in {places[path[:n]] for n in range(len(path)) if path[:n] in places} - {own}:
            below[above] += 1.0
            alike[above] += like[own]
    return {
        "folders_in_title": _share(site.title_words.shared(bag, rows), mass),
        "folders_in_url": _share(site.url_words.shared(bag, rows), mass),
        "candidates_below": np.log1p(below),
        "candidates_below_alike": alike,
    }


def _contrast_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    """What only some of the candidates say, and the dead page says or does not say: near siblings differ in it."""
    label, slug_in_label = site.labels.contrasts((question.label_bag, question.slug_bag), rows)
    url, slug = site.url_words.contrasts((question.url_bag, question.slug_bag), rows)
    return {
        "label_contrast": label.of_query,
        "label_of_contrast": label.of_row,
        "label_foreign": label.foreign,
        "url_contrast": url.of_query,
        "url_of_contrast": url.of_row,
        "url_foreign": url.foreign,
        "slug_contrast": slug.of_query,
        "slug_of_contrast": slug.of_row,
        "slug_label_contrast": slug_in_label.of_query,
    }


def _heading_features(question: Question, headings: Sequence[Sequence[str]]) -> dict[str, Floats]:
    """The heading most like the dead page's slug or title: a page that took others in has a section for each."""
    flat = [heading for own in headings for heading in own]
    owners = np.repeat(np.arange(len(headings)), [len(own) for own in headings])
    slug = question.shape.slug_key.replace("-", " ")
    asked = {"slug_heading_ratio": slug, "title_heading_ratio": question.title}
    return {name: _best_ratio(text, flat, owners, len(headings)) for name, text in asked.items()}


def _best_ratio(one: str, others: Sequence[str], owners: Ints, count: int) -> Floats:
    """The highest similarity of one string with each owner's others; blank where either is not known."""
    best = np.full(count, np.nan)
    if one and others:
        found = process.cdist([one], others, scorer=fuzz.token_sort_ratio, workers=1)[0].astype(np.float64)
        np.fmax.at(best, owners, found / 100.0)
    return best


def _ratios(one: str, others: Sequence[str], scorer: Callable[..., float] = fuzz.ratio) -> Floats:
    """Similarity 0 to 1 of one string with others; blank where either is not known."""
    if not one:
        return np.full(len(others), np.nan)
    found = process.cdist([one], others, scorer=scorer, workers=1)[0]
    known = np.array([bool(other) for other in others])
    return np.where(known, found.astype(np.float64) / 100.0, np.nan)


def _share(part: Floats, whole: Floats | float) -> Floats:
    if isinstance(whole, float):
        return part / whole if whole > 0 else np.zeros_like(part)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _leads(values: Floats) -> Floats:
    """Of each line: each value less the highest other one."""
    filled = np.asarray(np.nan_to_num(values), dtype=np.float64)
    if filled.shape[1] < 2:
        return filled
    ordered = np.sort(filled, axis=1)
    best = np.arange(filled.shape[1]) == filled.argmax(axis=1)[:, None]
    return np.asarray(filled - np.where(best, ordered[:, -2:-1], ordered[:, -1:]))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common members; blank when neither has any."""
    return len(one & other) / len(one | other) if one or other else np.nan


def _fits(one: str, other: str) -> float:
    """1 the same, -1 another, 0 when one is not known."""
    return 0.0 if not one or not other else 1.0 if one == other else -1.0


def _agree(one: frozenset[str], other: frozenset[str]) -> float:
    return 0.0 if not one and not other else 1.0 if one == other else -1.0
