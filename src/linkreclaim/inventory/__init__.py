"""What the site has (its live pages, from files and sitemaps) and what it had (archived copies)."""

from linkreclaim.inventory.captures import CaptureFolder
from linkreclaim.inventory.files import read_pages
from linkreclaim.inventory.sitemap import SitemapDoc, parse_sitemap
from linkreclaim.inventory.sitemaps import SitemapResult, read_sitemaps

__all__ = ["CaptureFolder", "SitemapDoc", "SitemapResult", "parse_sitemap", "read_pages", "read_sitemaps"]
