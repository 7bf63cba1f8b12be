"""What the page model is compared with: TF-IDF and logistic regression, and hand-set weights over the same wordings."""

import math
import re
from functools import cache

import numpy as np
from benchmarks.soft404.corpus import Page, Table
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from linkreclaim.verdict.features import Line, is_message
from linkreclaim.verdict.page_model import NOT_FOUND, Floats
from linkreclaim.verdict.phrases import fold

_TEXT_CHARS = 1_500
_CODE = re.compile(r"(?<![\w.,/#-])4(?:04|10)(?![\w,%]|\.\d)")
_ARTICLE = re.compile(
    r"\b(?:how|fix|fixed|fixing|custom|customi[sz]e|create|creating|build|guide|tutorial|tips|why|what|handling|release|notes"
    r"|documentation|docs|tagged|pages|errors|404s|template|redirects?|complete|design|best|examples|seo|avoid|prevent|recorded)\b"
)
_OTHERS = {"blocked": 600, "login": 400, "maintenance": 600, "parked": 2_500}
"""Longest texts of the classes that veto."""


def tfidf_scores(table: Table, seen: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Floats:
    """Chance of not_found of the asked pages, by words and letters of title, headings and first text."""
    texts = np.array([_whole_text(page) for page in table.pages], dtype=object)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=3, max_features=100_000)
    pipeline = make_pipeline(make_union(words, letters), LogisticRegression(C=30.0, max_iter=300))
    pipeline.fit(texts[seen], table.labels[seen] == NOT_FOUND)
    return np.asarray(pipeline.predict_proba(texts[asked])[:, 1], dtype=np.float64)


@cache
def hand_score(page: Page) -> float:
    """p_not_found of fifteen hand-set weights, with a veto for what is said earlier than "not found"."""
    place, rival = _first(page, "not_found"), min(_first(page, name) for name in _OTHERS)
    p = 1 / (1 + math.exp(-sum(weight for weight, present in _weights(page) if present)))
    return min(p, 0.1) if rival < place else p


def _weights(page: Page) -> list[tuple[float, bool]]:
    lines = page.signs.lines
    title, heads, text = (_of(page, place) for place in ("title", "heading", "text"))
    found = [hit.start for line in text for hit in line.hits if hit.phrase.section == "not_found"]
    early = bool(found) and min(found) < 120
    chars = page.signs.text_chars
    return [
        (-4.5, True),
        (2.5, any(map(_says, title))),
        (2.0, any(map(is_message, title))),
        (1.5, any(map(_says, heads))),
        (2.0, any(map(is_message, heads))),
        (2.0, bool(found)),
        (1.0, early),
        (1.5, early and chars < 200),
        (1.5, any(_CODE.search(line.text) for line in (*title, *heads))),
        (1.0, any(_CODE.search(line.text[:150]) for line in lines if line.place == "text")),
        (1.0, chars < 600),
        (-4.0, chars > 1_500),
        (-2.0, chars > 3_000),
        (0.5, page.facts.noindex),
        (-3.0, any(_ARTICLE.search(line.text) for line in title)),
        (-1.5, any(_ARTICLE.search(line.text) for line in heads)),
    ]


def _of(page: Page, place: str) -> list[Line]:
    return [line for line in page.signs.lines if line.place == place]


def _says(line: Line) -> bool:
    return any(hit.phrase.section == "not_found" for hit in line.hits)


def _first(page: Page, section: str) -> tuple[float, float]:
    place = page.signs.place(section)
    too_long = page.signs.text_chars > _OTHERS.get(section, 1_500)
    if section == "not_found":
        codes = [(n, found.start()) for n, line in enumerate(page.signs.lines) if (found := _CODE.search(line.text))]
        return min([*codes, *([place] if place else [])], default=(math.inf, 0.0))
    return (math.inf, 0.0) if place is None or too_long else place


def _whole_text(page: Page) -> str:
    facts = page.facts
    return fold(" \n ".join((facts.title, *facts.headings[:5], (facts.text or " ".join(facts.blocks))[:_TEXT_CHARS])))
