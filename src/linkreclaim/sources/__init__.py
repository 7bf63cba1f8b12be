"""Reads link exports of commercial tools, Search Console and crawlers as claims, and access logs as visits."""
