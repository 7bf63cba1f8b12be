"""Rules for how a site's URLs were changed: learned from pairs of old and new URLs, applied to others."""
