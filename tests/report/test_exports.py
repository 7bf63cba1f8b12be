"""Views as files: the rows of a report, and nothing that a spreadsheet would run."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import python_calamine
from tests.report.rows import dead_page

from linkreclaim.report.exports import ROWS_AT_ONCE, csv_chunks, json_chunks, write_workbook
