"""A filter of the listed dead pages as conditions on their table."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, literal_column, select
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from linkreclaim.store.dead_page_view import DeadPageFilter
from linkreclaim.store.schema import dead_page
from linkreclaim.store.text_search import PartsOfWords

KINDS = ("verdict", "cause", "disposition", "state")
_PARTS = PartsOfWords()


def conditions_of(
    connection: Connection, run_id: int, asked: DeadPageFilter, known_by: int, text_by_index: bool
) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows of a run; `known_by` is its sources as a set of bits.

    A text is looked up in its index, or read in each row that is met.
    """
    column = dead_page.c
    conditions: list[ColumnElement[bool]] = [column.run_id == run_id]
    conditions += [*facets_of(dead_page, asked), *known_to(dead_page, asked, known_by)]
    if asked.changed:
        conditions.append(column.changed != literal_column("''"))  # as its index says it
    if asked.min_confidence_0_1 > 0:
        conditions.append(column.match_confidence_0_1 >= asked.min_confidence_0_1)
    if asked.min_links > 0:
        conditions.append(column.links >= asked.min_links)
    if asked.text and text_by_index:
        conditions += _PARTS.matches(asked.text, column.id, column.search_text, _ids(connection, run_id))
    elif asked.text:
        conditions += _PARTS.holds(asked.text, column.search_text)
    return conditions


def facets_of(table: Table, asked: DeadPageFilter) -> Iterator[ColumnElement[bool]]:
    """What a filter asks of columns that pages and their cells have alike."""
    wanted = (asked.verdicts, asked.causes, asked.dispositions, asked.states)
    for name, words in zip(KINDS, wanted, strict=True):
        if words:
            yield table.c[name].in_(sorted(word.value for word in words))
    if asked.host:
        yield table.c.host == asked.host
    if asked.folder:
        yield table.c.folder == asked.folder


def known_to(table: Table, asked: DeadPageFilter, known_by: int) -> Iterator[ColumnElement[bool]]:
    """That any of the sources of a filter knows the page; `known_by` has them as bits."""
    if asked.sources:
        yield table.c.sources.op("&")(known_by) != 0


def _ids(connection: Connection, run_id: int) -> tuple[int, int]:
    """The first and the last id of a run's list: ids grow with the rank."""
    ends = [
        select(dead_page.c.id).where(dead_page.c.run_id == run_id).order_by(order).limit(1).scalar_subquery()
        for order in (dead_page.c.rank, dead_page.c.rank.desc())
    ]
    first, last = connection.execute(select(*ends)).one()
    return first or 0, last or 0


class HintingCompiler(SQLiteCompiler):
    """SQLAlchemy's compiler for SQLite leaves hints out."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """`INDEXED BY name`, which stands after the table."""
        return text


def by_index(query: Select[Any], name: str) -> Select[Any]:
    """SQLite has no figures about the table to choose an index by; each query here is made for one."""
    return query.with_hint(dead_page, f"INDEXED BY {name}", "sqlite")
