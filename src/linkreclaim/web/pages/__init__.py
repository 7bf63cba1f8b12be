"""The pages, a module each with its `ROUTES`; `web/__init__.py` says how one is added."""
