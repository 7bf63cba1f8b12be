"""A filter of the listed dead pages as conditions on their table."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from linkreclaim.store.dead_page_view import DeadPageFilter
from linkreclaim.store.schema import dead_page
from linkreclaim.store.text_search import PartsOfWords

KINDS = ("verdict", "cause", "disposition", "state")
_PARTS = PartsOfWords()


def conditions_of(
    connection: Connection, run_id: int, asked: DeadPageFilter, text_by_index: bool
) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows of a run; a text is looked up in its index, or read in each row that is met."""
    column = dead_page.c
    conditions: list[ColumnElement[bool]] = [column.run_id == run_id]
    wanted = (asked.verdicts, asked.causes, asked.dispositions, asked.states)
    for name, words in zip(KINDS, wanted, strict=True):
        if words:
            conditions.append(column[name].in_(sorted(word.value for word in words)))
    if asked.changed:
        conditions.append(column.changed != "")
    if asked.host:
        conditions.append(column.host == asked.host)
    if asked.folder:
        conditions.append(column.folder == asked.folder)
    if asked.min_confidence_0_1 > 0:
        conditions.append(column.match_confidence_0_1 >= asked.min_confidence_0_1)
    if asked.min_links > 0:
        conditions.append(column.links >= asked.min_links)
    if asked.text and text_by_index:
        conditions += _PARTS.matches(asked.text, column.id, column.search_text, _ids(connection, run_id))
    elif asked.text:
        conditions += _PARTS.holds(asked.text, column.search_text)
    return conditions


def _ids(connection: Connection, run_id: int) -> tuple[int, int]:
    """The first and the last id of a run's list: ids grow with the rank."""
    ends = [
        select(dead_page.c.id).where(dead_page.c.run_id == run_id).order_by(order).limit(1).scalar_subquery()
        for order in (dead_page.c.rank, dead_page.c.rank.desc())
    ]
    first, last = connection.execute(select(*ends)).one()
    return first or 0, last or 0


def by_index(query: Select[Any], name: str) -> Select[Any]:
    """SQLite has no figures about the table to choose an index by; each query here is made for one."""
    return query.with_hint(dead_page, f"INDEXED BY {name}", "sqlite")
