"""What the site has (its live pages, from files and sitemaps) and what it had (archived copies, dead pages)."""
