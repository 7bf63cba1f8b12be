"""What tests of several readers use."""

from functools import partial
from pathlib import Path

import pytest
from tests.inventory.written import Write, write_file


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file, whose path it returns."""
    return partial(write_file, tmp_path)
