"""Pictures for pages and PDFs: SVG made here, each with the table that says the same."""

from linkreclaim.report.pictures.bars import Bar, draw_bars, draw_stack
from linkreclaim.report.pictures.folders import FolderFlows, draw_flows, draw_folders
from linkreclaim.report.pictures.picture import Ink, Picture
from linkreclaim.report.pictures.sankey import Flow, draw_sankey
from linkreclaim.report.pictures.trend import Line, Moment, draw_trend

__all__ = [
    "Bar",
    "Flow",
    "FolderFlows",
    "Ink",
    "Line",
    "Moment",
    "Picture",
    "draw_bars",
    "draw_flows",
    "draw_folders",
    "draw_sankey",
    "draw_stack",
    "draw_trend",
]
