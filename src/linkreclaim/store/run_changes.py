"""What changed between two runs of a site: pages newly lost, and pages back."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from linkreclaim.model.judgements import NEVER_REDIRECTED
from linkreclaim.store.reading import reading

_NEVER = ", ".join(f"'{cause.value}'" for cause in sorted(NEVER_REDIRECTED))
_CHANGED = "SELECT now.url_id, now.verdict, past.verdict AS before, target.links, target.value FROM"
_LINKED = " JOIN target ON target.site_id = :site AND target.url_id = now.url_id AND target.links > 0"
_CAUSED = f" AND coalesce(finding.cause, '') NOT IN ({_NEVER})"
_LOST = (
    f"{_CHANGED} look AS now{_LINKED}"
    " LEFT JOIN look AS past ON past.run_id = :before AND past.url_id = now.url_id"
    " LEFT JOIN finding ON finding.run_id = :run AND finding.url_id = now.url_id"
    f" WHERE now.run_id = :run AND now.dead = 1 AND coalesce(past.dead, 0) = 0{_CAUSED}"
)
_BACK = (
    f"{_CHANGED} look AS past JOIN look AS now ON now.run_id = :run AND now.url_id = past.url_id"
    f" AND now.verdict IN ('alive', 'redirected'){_LINKED}"
    " LEFT JOIN finding ON finding.run_id = :before AND finding.url_id = now.url_id"
    f" WHERE past.run_id = :before AND past.dead = 1{_CAUSED}"
)


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page with links that one run found dead and the other did not."""

    url: str
    links: int
    verdict: str
    before: str | None  # its verdict in the earlier run; None where that run did not look


@dataclass(frozen=True, slots=True)
class ChangedPages:
    """How many there are, and the most valuable of them."""

    pages: int
    first: tuple[ChangedPage, ...]


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What a run found otherwise than the run before it."""

    lost: ChangedPages  # dead now and not before; what never was a page of the site is left out
    back: ChangedPages  # dead before, and there or redirected now


def find_changes(engine: Engine, site_id: int, before_id: int, run_id: int, most: int) -> RunChanges:
    """Compare two runs of a site. Cost: some 3 us for each page that either found dead."""
    values = {"site": site_id, "before": before_id, "run": run_id, "most": most}
    with reading(engine) as connection:
        return RunChanges(_read(connection, _LOST, values), _read(connection, _BACK, values))


def _read(connection: Connection, changed: str, values: dict[str, int]) -> ChangedPages:
    query = text(
        f"WITH changed AS MATERIALIZED ({changed})"  # noqa: S608 - constants
        " SELECT url.url, best.links, best.verdict, best.before, (SELECT count(*) FROM changed) AS pages"
        " FROM (SELECT * FROM changed ORDER BY value DESC, url_id LIMIT :most) AS best"
        " JOIN url ON url.id = best.url_id ORDER BY best.value DESC, best.url_id"
    )
    rows = connection.execute(query, values).all()
    pages = tuple(ChangedPage(row.url, row.links, row.verdict, row.before) for row in rows)
    return ChangedPages(rows[0].pages if rows else 0, pages)
