"""Django's redirects app: a fixture for `loaddata`.

**Source:** docs.djangoproject.com/en/5.0 (ref/contrib/redirects: asked after a 404 only; an empty new_path is 410; both
paths up to 200 characters); the middleware compares `request.get_full_path()`, query included, which spells a path and
a query with `escape_uri_path` and `iri_to_uri`. In Django 5.2 every line of our hostile test map that is not refused
was answered right.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Takes

MAX_CHARS = 200

_SAFE_IN_PATH = "/:@&+$,-_.!~*'()"
_SAFE_IN_QUERY = "/#%[]=:;$&()+,!?*@'~"
"""What Django leaves as it is in a path and in a query. **Source:** django.utils.encoding, escape_uri_path,
iri_to_uri."""


def _old_path(source: Source) -> str | None:
    """The full path as Django spells a request, None when its path is no text."""
    try:
        path = quote(unquote_to_bytes(source.path).decode(), safe=_SAFE_IN_PATH)
    except UnicodeDecodeError:
        return None
    return path + ("" if source.query is None else "?" + quote(source.query, safe=_SAFE_IN_QUERY))


def _problem(line: RedirectLine, source: Source) -> str | None:
    old_path = _old_path(source)
    if old_path is None or source.encoded_slash:
        return "Django sees the decoded path, which must be UTF-8 and without %2F"
    if max(len(old_path), len(line.target or "")) > MAX_CHARS:
        return f"each path may be {MAX_CHARS} characters long"
    return None


def _row(line: RedirectLine) -> dict[str, Any]:
    fields = {"site": 1, "old_path": _old_path(source_of(line.source)), "new_path": line.target or ""}
    return {"model": "redirects.redirect", "fields": fields}


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [_row(line) for line in accepted.lines]
    yield ServerFile("linkreclaim_redirects.json", (json.dumps(rows, indent=1) + "\n").encode())


DJANGO = HostedWriter(
    engine="django",
    title="Django",
    takes=Takes(frozenset({301, 410}), queries=True),
    way_out="use the rules of the web server in front of Django",
    install=Install(
        where="""
`django.contrib.sites` and `django.contrib.redirects` in INSTALLED_APPS, its RedirectFallbackMiddleware in MIDDLEWARE,
`manage.py migrate`; put `linkreclaim_redirects.json` into a folder of fixtures, and
  python manage.py loaddata linkreclaim_redirects
The rows are for the site with id 1: change "site" where SITE_ID is another.
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="""
python manage.py dumpdata redirects before, and afterwards delete the new rows in the admin (Redirects).
""",
        limits="""
A redirect is looked up only after a 404. The whole address is compared: a source without a query answers only to a
request without one, and no query is handed on. With APPEND_SLASH, /old also finds the row /old/.
Loading the file twice fails on the rows that are there.
""",
    ),
    files=_files,
    problem=_problem,
    same=lambda source: _old_path(source) or source.text,
)
