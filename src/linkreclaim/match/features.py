"""What is measured of a dead URL and a candidate, by name; the model knows nothing else.

Blank (NaN) where the text or title to compare is not known. Whether something is known is never a measure of its own,
and neither are file extensions, slashes or anchors: in the training data they differ with the answer by the way the
data was made.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from linkreclaim.match.evidence import Moves, move_features
from linkreclaim.match.index import Bag, Floats, Ints
from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable

FEATURE_VERSION = 1
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
)
"""Measures that are also given as the lead over the best other candidate."""

LEAD = "_lead"


def read_features(site: SiteTable, moves: Moves, question: Question, rows: Ints) -> dict[str, Floats]:
    """All measures of the candidates in `rows`, by name, in the model's order."""
    measures = {
        **_url_features(site, question, rows),
        **_slug_features(site, question, rows),
        **_place_features(site, question, rows),
        **_title_features(site, question, rows),
        **_text_features(site, question, rows),
        **move_features(moves, site, question, rows),
    }
    leads = _leads(np.stack([measures[name] for name in COMPARED]))
    return measures | {name + LEAD: lead for name, lead in zip(COMPARED, leads, strict=True)}


def _url_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    shape = question.shape
    shapes = [site.shapes[row] for row in rows.tolist()]
    paths = [other.path for other in shapes]
    url_shared = site.url_words.shared(question.url_bag, rows)
    return {
        "path_cosine": site.grams.cosine(question.gram_bag, rows),
        "path_ratio": _ratios(shape.path, paths),
        "path_words_ratio": _ratios(" ".join(shape.words), [" ".join(other.words) for other in shapes], sort=True),
        "url_in_url": _share(url_shared, question.url_mass),
        "url_of_url": _share(url_shared, site.url_words.masses[rows]),
        "label_cosine": site.labels.cosine(question.label_bag, rows),
        "url_in_text": _share(site.texts.shared(question.url_bag, rows), question.url_mass),
        "numbers_shared": np.array([_shared(shape.numbers, other.numbers) for other in shapes]),
        "language_fits": np.array([_fits(question.language, site.languages[row]) for row in rows.tolist()]),
        "versions_fit": np.array([_agree(shape.versions, other.versions) for other in shapes]),
    }


def _slug_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    shape = question.shape
    shapes = [site.shapes[row] for row in rows.tolist()]
    mass = question.slug_mass
    shared = site.slug_words.shared(question.slug_bag, rows)
    known = float(site.vocabulary.idf[question.slug_bag.terms].sum())
    return {
        "slug_ratio": _ratios(shape.slug, [other.slug for other in shapes]),
        "slug_same": np.array([float(bool(shape.slug_key) and shape.slug_key == other.slug_key) for other in shapes]),
        "slug_in_slug": _share(shared, mass),
        "slug_of_slug": _share(shared, site.slug_words.masses[rows]),
        "slug_in_url": _share(site.url_words.shared(question.slug_bag, rows), mass),
        "slug_of_url": _share(site.slug_words.shared(question.url_bag, rows), site.slug_words.masses[rows]),
        "slug_in_title": _share(site.title_words.shared(question.slug_bag, rows), mass),
        "slug_of_title": _share(site.title_words.shared(question.slug_bag, rows), site.title_words.masses[rows]),
        "slug_in_headings": _share(site.head_words.shared(question.slug_bag, rows), mass),
        "slug_in_text": _share(site.texts.shared(question.slug_bag, rows), mass),
        "slug_to_title_ratio": _ratios(shape.slug_key.replace("-", " "), _blank(site.titles, rows)),
        "squeezed_ratio": _ratios(shape.squeezed, [other.squeezed for other in shapes]),
        "slug_mass": np.full(len(rows), mass),
        "slug_known": np.full(len(rows), known / mass if mass else 0.0),
        "slug_twins": np.log1p(site.slug_twins[rows]),
    }


def _place_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    segments = question.shape.segments
    parent = segments[-2] if len(segments) > 1 else ""
    shapes = [site.shapes[row] for row in rows.tolist()]
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


def _title_features(site: SiteTable, question: Question, rows: Ints) -> dict[str, Floats]:
    mass = question.title_mass
    shared = site.title_words.shared(question.title_bag, rows)
    asked = 0.0 if question.title else np.nan
    blank = np.array([asked if site.titles[row] else np.nan for row in rows.tolist()])
    in_slug = site.slug_words.shared(question.title_bag, rows)
    return {
        "title_ratio": _ratios(question.title, _blank(site.titles, rows)),
        "title_words_ratio": _ratios(question.title, _blank(site.titles, rows), sort=True),
        "title_in_title": _share(shared, mass) + blank,
        "title_of_title": _share(shared, site.title_words.masses[rows]) + blank,
        "title_in_headings": _share(site.head_words.shared(question.title_bag, rows), mass) + asked,
        "title_in_slug": _share(in_slug, mass) + asked,
        "title_of_slug": _share(in_slug, site.slug_words.masses[rows]) + asked,
        "title_in_text": _share(site.texts.shared(question.title_bag, rows), mass) + asked,
        "heading_ratio": _ratios(question.title, _blank(site.first_headings, rows)),
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


def _ratios(one: str, others: Sequence[str | None], *, sort: bool = False) -> Floats:
    """Similarity 0 to 1 of one string with others; blank where either is not known."""
    if not one:
        return np.full(len(others), np.nan)
    scorer = fuzz.token_sort_ratio if sort else fuzz.ratio
    found = process.cdist([one], [other or "" for other in others], scorer=scorer, workers=1)[0]
    known = np.array([bool(other) for other in others])
    return np.where(known, found.astype(np.float64) / 100.0, np.nan)


def _blank(texts: Sequence[str], rows: Ints) -> list[str]:
    return [texts[row] for row in rows.tolist()]


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
