"""Matching: the live page that best replaces each dead URL, or "none fits", with a confidence that holds."""

from linkreclaim.match.matcher import MIN_CONFIDENCE, Matcher
from linkreclaim.match.model import MatchModel

__all__ = ["MIN_CONFIDENCE", "MatchModel", "Matcher"]
