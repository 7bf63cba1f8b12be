"""Judgement of what a URL answers: dead, alive, or "could not be told", with the evidence. Never asks the net."""

from linkreclaim.verdict.case import Context
from linkreclaim.verdict.glance import glance_at, may_be_wall
from linkreclaim.verdict.judge import judge, wants_home, wants_page, wants_path_sibling, wants_sibling
from linkreclaim.verdict.over_time import doubt_former_host, read_series
from linkreclaim.verdict.query import bare_path
from linkreclaim.verdict.reading import PageClass, page_class, score_not_found
from linkreclaim.verdict.shape import is_home, is_plain, redirect_shape
from linkreclaim.verdict.sibling import sibling_group, sibling_url

__all__ = [
    "Context",
    "PageClass",
    "bare_path",
    "doubt_former_host",
    "glance_at",
    "is_home",
    "is_plain",
    "judge",
    "may_be_wall",
    "page_class",
    "read_series",
    "redirect_shape",
    "score_not_found",
    "sibling_group",
    "sibling_url",
    "wants_home",
    "wants_page",
    "wants_path_sibling",
    "wants_sibling",
]
