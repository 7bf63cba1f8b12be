"""Steps that bring an older workspace up to the present tables (Alembic)."""
