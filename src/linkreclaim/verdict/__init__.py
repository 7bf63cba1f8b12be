"""Judgement of what a URL answers: dead, alive, or "could not be told", with the evidence. Never asks the net."""

from linkreclaim.verdict.case import Context
from linkreclaim.verdict.judge import judge, wants_sibling
from linkreclaim.verdict.reading import PageClass, page_class, score_not_found
from linkreclaim.verdict.shape import is_home, redirect_shape
from linkreclaim.verdict.sibling import sibling_group, sibling_url

__all__ = [
    "Context",
    "PageClass",
    "is_home",
    "judge",
    "page_class",
    "redirect_shape",
    "score_not_found",
    "sibling_group",
    "sibling_url",
    "wants_sibling",
]
