"""What was lost and won back over time, drawn for the report, the client report and the web page alike."""

from collections.abc import Sequence

from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.report.figures import show_day
from linkreclaim.report.pictures import Ink, Line, Moment, Picture, draw_trend

PARTIAL_SHARE_0_1 = 0.2
"""Above this share of addresses that could not be told, an audit's figures are drawn hollow: they may be too low. The
same share makes a result partial (exit code 4)."""


def draw_recovery(points: Sequence[RecoveryPoint]) -> Picture:
    """The trend; worth showing from two audits on."""
    moments = [
        Moment(each.finished_at, (each.lost_share_0_1, each.regained_share_0_1), is_partial(each)) for each in points
    ]
    lines = (Line("Lost", Ink.LOST), Line("Back", Ink.GAIN))
    return draw_trend("recovery", "Share of all link value: lost, and back again", lines, moments, "Check of")


def is_partial(point: RecoveryPoint) -> bool:
    """Whether so much could not be told that the figures may be too low."""
    return point.untold_share_0_1 > PARTIAL_SHARE_0_1


def say_partial(points: Sequence[RecoveryPoint]) -> str:
    """What the hollow dots mean; empty where there are none."""
    days = [show_day(each.finished_at) for each in points if is_partial(each)]
    if not days:
        return ""
    return (
        f"Hollow dots ({', '.join(days)}): more than a fifth of the addresses gave no clear answer then, so that more "
        "may have been lost than the picture shows."
    )
