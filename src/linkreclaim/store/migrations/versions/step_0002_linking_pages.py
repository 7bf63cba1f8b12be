"""What linking pages say of themselves, captures kept with the site, visits counted by a source, and its days."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns with what they mean for rows of before: nothing said."""
    op.add_column("claim", sa.Column("hits", sa.Integer))
    op.add_column("source_file", sa.Column("oldest_day", sa.Integer))
    op.add_column("source_file", sa.Column("newest_day", sa.Integer))
    op.add_column("page", sa.Column("ids", sa.Text, nullable=False, server_default="[]"))
    op.add_column("page_look", sa.Column("nofollow", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("page_look", sa.Column("canonical", sa.Text, nullable=False, server_default=""))
    op.add_column("page_look", sa.Column("internal_links", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "capture",
        sa.Column("site_id", sa.Integer, sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("url_id", sa.Integer, sa.ForeignKey("url.id"), primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("looked_at", sa.Text, nullable=False),
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("captured_on", sa.Text),
        sa.Column("redirects_to", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("headings", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("ids", sa.Text, nullable=False),
    )
