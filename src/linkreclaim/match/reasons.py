"""Why a page was chosen, in up to two sentences that a site owner understands and can check."""

from collections.abc import Iterator

from linkreclaim.match.evidence import Moves, folder_move, front_move
from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable
from linkreclaim.model.matches import Role

SAME_SLUG = 0.86
SAME_TITLE = 0.86
LIKE_TITLE = 0.5
SAME_TEXT = 0.6
"""From these similarities on "nearly the same" and "similar" are fair words. Our judgement, read off 22 matches."""
EXPLAINING = ("title_ratio", "heading_ratio", "title_in_title", "slug_ratio", "squeezed_ratio", "text_cosine")
"""The measures that reasons are read off."""
MAX_QUOTED_CHARS = 70
MAX_URL_CHARS = 200
MAX_FACTS = 3
MAX_FILLER_CHARS = 3


def explain_match(
    site: SiteTable,
    moves: Moves,
    question: Question,
    row: int,
    measures: dict[str, float],
    role: Role,
    id_fact: str = "",
    against: str = "",
) -> str:
    """The facts for the chosen page, strongest first: at most three, in one sentence; what speaks against it, or else
    the moves of other pages.

    `id_fact` is what a shared id says ("same SKU AB-12"), "" where none is known; `against` likewise.
    """
    if question.asks_home and row == site.home_row:
        return "Both are home pages."
    facts = [fact for fact in (_quoted(id_fact, MAX_URL_CHARS), *_facts(site, question, row, measures, role)) if fact]
    facts = facts[:MAX_FACTS]
    told = "; ".join(facts or ["the most similar URL and words of all live pages"])
    if against:
        return f"{told[0].upper()}{told[1:]}. But {_quoted(against, MAX_URL_CHARS)}."
    moved = _moved(site, moves, question, row)
    return f"{told[0].upper()}{told[1:]}." + (f" {moved}" if moved else "")


def explain_refusal(nearest: str | None, *, is_live: bool = False) -> str:
    """Why nothing is proposed. `is_live`: the dead URL is among the live pages."""
    if is_live:
        return "The URL itself is among the live pages, and no other one is close enough."
    if nearest is None:
        return "No live page shares a word with it."
    return f"No live page is close enough; the nearest is {_quoted(nearest, MAX_URL_CHARS)}."


def _facts(site: SiteTable, question: Question, row: int, measures: dict[str, float], role: Role) -> Iterator[str]:
    shape, other = question.shape, site.shapes[row]
    yield from _title_facts(site, question, row, measures)
    if shape.path == other.path:
        same = shape.words == other.words
        yield "same path, case, ending and slash aside" if same else "same path, with other parameters"
    elif shape.slug_key and shape.slug_key == other.slug_key:
        yield f"same slug '{_quoted(other.slug)}'"
    elif measures["slug_ratio"] >= SAME_SLUG or measures["squeezed_ratio"] >= SAME_SLUG:
        yield f"nearly the same slug '{_quoted(other.slug)}'"
    if measures["text_cosine"] >= SAME_TEXT:
        yield f"the old text matches ({measures['text_cosine']:.0%} alike)"
    if role is Role.HUB:
        yield _hub_fact(site, question, row)
    shared = [word for word in dict.fromkeys(shape.slug_words) if word in other.words and _says_something(word)]
    if shared and shape.slug_key != other.slug_key:
        yield f"both URLs speak of {_quoted(', '.join(shared[:4]))}"


def _says_something(word: str) -> bool:
    return not word.isdigit() and (len(word) > MAX_FILLER_CHARS or not word.isascii())


def _title_facts(site: SiteTable, question: Question, row: int, measures: dict[str, float]) -> Iterator[str]:
    title, twins = site.titles[row], int(site.title_twins[row])
    shown = _quoted(site.shown_titles[row] or site.headings.first(row))
    what = "link text and title" if question.anchor_as_title else "title"
    if title and title == question.title:
        yield f"same {what} '{shown}'" + (f", as {twins:,} live pages have it" if twins > 1 else "")
    elif measures["title_ratio"] >= SAME_TITLE or measures["heading_ratio"] >= SAME_TITLE:
        yield f"nearly the same {what} '{shown}'"
    elif measures["title_in_title"] >= LIKE_TITLE:
        yield f"a similar {what} '{shown}'"


def _hub_fact(site: SiteTable, question: Question, row: int) -> str:
    segments = site.shapes[row].segments
    below = int(site.children[row])
    if question.shape.segments[: len(segments)] == segments:
        return f"it is the parent page of the old URL ({below} live pages below it)"
    return f"it is the overview page of {below} live pages"


def _moved(site: SiteTable, moves: Moves, question: Question, row: int) -> str:
    shape, other = question.shape, site.shapes[row]
    sure = site.shapes[question.sure_row] if question.sure_row >= 0 else None
    front = front_move(shape, other)
    count, _ = moves.front(front, front_move(shape, sure) if sure else None)
    move = front
    if count < 1:
        move = folder_move(shape, other)
        count, _ = moves.folder(move, folder_move(shape, sure) if sure else None)
    if move is None or count < 1 or move[0] == move[1]:
        return ""
    pages = "1 other page" if count == 1 else f"{count:.0f} other pages"
    return f"{pages} moved from {_folder(move[0])} to {_folder(move[1])}."


def _folder(segments: tuple[str, ...]) -> str:
    """A folder as it is shown; where its numbers differed from page to page, by what they are."""
    return _quoted("/" + "".join(segment.replace("#", "[number]") + "/" for segment in segments))


def _quoted(text: str, limit: int = MAX_QUOTED_CHARS) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text[: limit + 1])
    clean = " ".join(printable.split())
    return clean if len(clean) <= limit else clean[: limit - 3] + "..."
