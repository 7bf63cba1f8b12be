"""Judging: what dead pages were, what the site has today, why each died and where it should go."""
