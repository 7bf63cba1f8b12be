"""The client report as one HTML file: no script, no font and nothing else from elsewhere."""

from collections.abc import Iterator

from linkreclaim.report.client.blocks import ClientReport
from linkreclaim.report.client.logo import Logo
from linkreclaim.report.page import load_environment


def render_client_page(report: ClientReport, agency: str = "", logo: Logo | None = None) -> Iterator[str]:
    """The page in chunks."""
    template = load_environment().get_template("client.html.j2")
    yield from template.stream(report=report, agency=agency, logo=logo)
