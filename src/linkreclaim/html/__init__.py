"""HTML: bytes of one page in, values out; never the net, never an exception for what a page holds."""

from linkreclaim.html.charset import decode_html
from linkreclaim.html.facts import page_facts
from linkreclaim.html.ids import page_id
from linkreclaim.html.links import PageLinks, find_links
from linkreclaim.html.skim import Skim, skim_page
from linkreclaim.html.text import fold

__all__ = ["PageLinks", "Skim", "decode_html", "find_links", "fold", "page_facts", "page_id", "skim_page"]
