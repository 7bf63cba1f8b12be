"""The first tables."""

from alembic import op

from linkreclaim.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table. (Once released, this step freezes its own copy of the tables.)"""
    metadata.create_all(op.get_bind())
