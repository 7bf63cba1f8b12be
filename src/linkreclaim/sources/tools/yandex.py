"""Yandex Webmaster: external links."""

from linkreclaim.sources.interface import Report

EXTERNAL_LINKS = Report(
    tool="Yandex Webmaster",
    name="external links",
    aliases={
        "referring_page": ("source_url",),
        "target_url": ("destination_url",),
        "first_seen": ("discovery_date",),
        "last_seen": ("source_last_access_date",),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    notes=("a sample of the links, without anchors: Yandex names no more",),
)
"""`{"count", "links": [{"source_url", "destination_url", "discovery_date", "source_last_access_date"}]}`: API v4,
links/external/samples (yandex.com/dev/webmaster; several public clients); the samples of broken internal links have the
same columns, and are set aside as links of the site to itself."""

REPORTS = (EXTERNAL_LINKS,)
