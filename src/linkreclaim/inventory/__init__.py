"""What the site has (its live pages, from files and sitemaps) and what it had (archived copies, dead pages)."""

from linkreclaim.inventory.captures import CaptureFolder, check_captures, open_captures
from linkreclaim.inventory.dead_pages import anchors_of, guess_home, read_dead_pages, read_dead_texts
from linkreclaim.inventory.files import read_named_pages, read_pages
from linkreclaim.inventory.interface import CaptureSource
from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.inventory.old_records import OldRecords, check_old_records
from linkreclaim.inventory.sitemap import SitemapDoc, parse_sitemap
from linkreclaim.inventory.sitemaps import SitemapResult, read_sitemaps
from linkreclaim.inventory.warc import WarcCopies
from linkreclaim.inventory.wayback import Wayback
from linkreclaim.inventory.wayback_client import WAYBACK_URL, NotTold, WaybackClient

__all__ = [
    "WAYBACK_URL",
    "CaptureFolder",
    "CaptureSource",
    "NotTold",
    "OldRecords",
    "SitemapDoc",
    "SitemapResult",
    "WarcCopies",
    "Wayback",
    "WaybackClient",
    "anchors_of",
    "check_captures",
    "check_old_records",
    "guess_home",
    "open_captures",
    "parse_sitemap",
    "read_dead_pages",
    "read_dead_texts",
    "read_named_pages",
    "read_old_pages",
    "read_pages",
    "read_sitemaps",
]
