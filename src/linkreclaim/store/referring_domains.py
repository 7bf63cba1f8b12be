"""Referring domains: the sites that link to a site, and what vendors say of their authority."""

from sqlalchemy import Engine, text

from linkreclaim.store.reading import reading


class ReferringDomains:
    """Counts the domains that link to a site, and reads their metrics."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, site_id: int) -> int:
        """Distinct domains that link to the site, by claim or by sight."""
        query = text(
            "SELECT count(*) FROM ("
            " SELECT claim.domain_id FROM claim JOIN source_file AS f ON f.id = claim.file_id"
            " WHERE f.site_id = :site AND claim.domain_id IS NOT NULL"
            " UNION SELECT url.domain_id FROM seen_link JOIN page_look ON page_look.id = seen_link.page_look_id"
            " JOIN url ON url.id = page_look.url_id JOIN run ON run.id = page_look.run_id WHERE run.site_id = :site)"
        )
        with reading(self._engine) as connection:
            return int(connection.scalar(query, {"site": site_id}) or 0)

    def metrics(self, site_id: int, limit: int) -> dict[str, dict[str, float]]:
        """The authority numbers of linking domains, each metric by its name: of all, or of about `limit` drawn by id.

        Cost: reads each claim once, about 0.5 s for a million.
        """
        query = text(
            "SELECT domain.name, found.metric, found.value FROM ("
            " SELECT claim.domain_id, claim.domain_metric AS metric, max(claim.domain_metric_value) AS value"
            " FROM claim JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site"
            " WHERE claim.domain_metric IS NOT NULL AND claim.domain_metric_value IS NOT NULL"
            " AND (claim.domain_id * 40503) % 65536 < :drawn GROUP BY claim.domain_id, claim.domain_metric"
            ") AS found JOIN domain ON domain.id = found.domain_id"
        )
        found: dict[str, dict[str, float]] = {}
        with reading(self._engine) as connection:
            domains = connection.scalar(text("SELECT count(*) FROM domain")) or 0
            drawn = 65_536 if domains <= limit else max(1, 65_536 * limit // domains)
            for name, metric, value in connection.execute(query, {"site": site_id, "drawn": drawn}):
                found.setdefault(name, {})[metric] = value
        return found
