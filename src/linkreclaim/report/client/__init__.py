"""The report for a client: what was lost, why, what is to be done by whom, as a page, a PDF or a workbook."""

from linkreclaim.report.client.blocks import ClientReport
from linkreclaim.report.client.contents import write_client_report
from linkreclaim.report.client.facts import LINKS_SHOWN, PAGES_SHOWN, ClientFacts
from linkreclaim.report.client.logo import LOGO_BYTES, Logo, read_logo, tell_logo
from linkreclaim.report.client.page import render_client_page
from linkreclaim.report.client.pdf import render_client_images, render_client_pdf
from linkreclaim.report.client.workbook import render_client_workbook

__all__ = [
    "LINKS_SHOWN",
    "LOGO_BYTES",
    "PAGES_SHOWN",
    "ClientFacts",
    "ClientReport",
    "Logo",
    "read_logo",
    "render_client_images",
    "render_client_page",
    "render_client_pdf",
    "render_client_workbook",
    "tell_logo",
    "write_client_report",
]
