"""The site's own broken links."""
