"""linkreclaim wins back the links a website has lost, from any link export to redirects that are proved to work."""

__version__ = "0.1.0"
