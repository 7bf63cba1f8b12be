"""What a golden file is made of: a header, made-up rows under it, and the claims they are to give."""

import csv
import io
from typing import NamedTuple

from linkreclaim.model.links import Claim, Metric, MetricScale

PAGE, TARGET = "https://blog.example.org/guide", "https://shop.example.com/old"


class Golden(NamedTuple):
    """One report: `rows` are given as text, a cell each between bars, under the header of the same form."""

    tool: str
    report: str
    header: str
    rows: tuple[str, ...]
    claims: tuple[Claim, ...]  # the lines are those of a file with one line a row
    optional: tuple[str, ...] = ()  # columns without which it is still this report

    @property
    def names(self) -> list[str]:
        """The column names."""
        return self.header.split("|")

    @property
    def cells(self) -> list[list[str]]:
        """The rows as cells."""
        return [row.split("|") for row in self.rows]


def written(names: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    """A delimited text file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([names, *rows])
    return out.getvalue()


def page_metric(name: str, value: float) -> Metric:
    """A metric of the linking page."""
    return Metric(name, value, MetricScale.PAGE)


def domain_metric(name: str, value: float) -> Metric:
    """A metric of the linking domain."""
    return Metric(name, value, MetricScale.DOMAIN)


def claims(*given: Claim) -> tuple[Claim, ...]:
    """Claims numbered from line 2 on."""
    return tuple(claim._replace(line=line) for line, claim in enumerate(given, start=2))


LINK = Claim(0, PAGE, TARGET)
