"""Linking pages: reading them, and listing what they link to."""
