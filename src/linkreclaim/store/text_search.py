"""Searching text by parts of words and by beginnings of words: SQLite's FTS5 behind two small classes.

Both keep only which row holds what; the text itself stays in a column of an ordinary table, and what a search finds is
compared with it once more where that is needed. Source: SQLite, "FTS5 Extension", 4.3.5 (trigram), 4.4.3 (external
content), 4.6 (detail=none).
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, column, func, literal, select, table, text

TRIGRAM_CHARS = 3
_WORDS_MATCHED_MOST = 8
_PARTS_OF_WORDS = "dead_page_text"
_BEGINNINGS = "page_words_text"


def create_text_indexes(connection: Connection) -> None:
    """Make the indexes over `dead_page.search_text` and `page_words.words`.

    With detail=none a row takes 47 us instead of 65 and a third of the space (our measurement: 50,000 rows of 175
    characters).
    """
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {_PARTS_OF_WORDS} USING fts5(search_text, content='dead_page', content_rowid='id',"
        " tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {_BEGINNINGS} USING fts5(words, content='page_words', content_rowid='url_id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3', detail=none, columnsize=0)"
    )


def fold(words: str) -> str:
    """One form for all spellings of a letter's case; half characters and NULs are replaced, which no index holds."""
    return words.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").casefold()


class PartsOfWords:
    """Finds dead pages by any part of their words, of three characters or more."""

    def add(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        """Enter rows (id, search text)."""
        if rows:
            statement = f"INSERT INTO {_PARTS_OF_WORDS} (rowid, search_text) VALUES (?, ?)"  # noqa: S608 - constant
            connection.exec_driver_sql(statement, list(rows))

    def remove(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        """Take rows out, given with the very text they were entered with."""
        if rows:
            statement = (
                f"INSERT INTO {_PARTS_OF_WORDS} ({_PARTS_OF_WORDS}, rowid, search_text)"  # noqa: S608 - constant
                " VALUES ('delete', ?, ?)"
            )
            connection.exec_driver_sql(statement, list(rows))

    def matches(
        self, asked: str, row_id: ColumnElement[int], search_text: ColumnElement[str], ids: tuple[int, int]
    ) -> list[ColumnElement[bool]]:
        """Conditions for rows between two ids that hold every word; of the index where a word is long enough for it."""
        words = fold(asked).split()[:_WORDS_MATCHED_MOST]
        conditions: list[ColumnElement[bool]] = [func.instr(search_text, word) > 0 for word in words]
        trigrams = [part for word in words for part in _trigrams(word)]
        if trigrams:
            found = table(_PARTS_OF_WORDS, column("rowid"))
            query = " AND ".join(_quote(part) for part in dict.fromkeys(trigrams))
            inside = select(found.c.rowid).where(
                text(f"{_PARTS_OF_WORDS} MATCH :parts").bindparams(parts=query), found.c.rowid.between(*ids)
            )
            conditions.append(row_id.in_(inside))
        return conditions

    def holds(self, asked: str, search_text: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The same conditions for a walk through rows: each is looked at by itself, without the index."""
        return [func.instr(search_text, literal(word)) > 0 for word in fold(asked).split()[:_WORDS_MATCHED_MOST]]


def _trigrams(word: str) -> list[str]:
    """Trigrams that cover a word, side by side: whether they stand so in a row is seen in its text."""
    last = len(word) - TRIGRAM_CHARS
    return [word[n : n + TRIGRAM_CHARS] for n in sorted({*range(0, last + 1, TRIGRAM_CHARS), last}) if last >= 0]


class Beginnings:
    """Finds pages of the inventory by how the words of their path and title begin."""

    def replace(
        self, connection: Connection, before: Sequence[tuple[int, str]], rows: Sequence[tuple[int, str]]
    ) -> None:
        """Enter rows (URL id, words) in place of those of before, given with the very words they had."""
        if before:
            statement = f"INSERT INTO {_BEGINNINGS} ({_BEGINNINGS}, rowid, words) VALUES ('delete', ?, ?)"  # noqa: S608
            connection.exec_driver_sql(statement, list(before))
        if rows:
            statement = f"INSERT INTO {_BEGINNINGS} (rowid, words) VALUES (?, ?)"  # noqa: S608 - constant
            connection.exec_driver_sql(statement, list(rows))

    def query(self, words: Sequence[str]) -> str:
        """What to ask the index for: every word, the last one perhaps not typed to its end."""
        return " AND ".join(f"{_quote(word)}*" for word in words[:_WORDS_MATCHED_MOST])


def _quote(part: str) -> str:
    """A string of FTS5's query language, in which nothing has a meaning of its own (FTS5, 3.1)."""
    return '"' + part.replace('"', '""') + '"'
