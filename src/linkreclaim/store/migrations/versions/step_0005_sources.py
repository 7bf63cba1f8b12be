"""Which sources know a dead page, to filter by: nobody knows of lists of before, the next audit tells."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, and make the indexes and counts anew that hold them."""
    for statement in Path(__file__).with_suffix(".sql").read_text().split(";\n"):
        if statement.strip():
            op.execute(statement)
