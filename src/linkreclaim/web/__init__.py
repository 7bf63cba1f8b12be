"""The local web page on a workspace: shows what the jobs found, and takes decisions. No logic of its own.

How a page is added, for example `Rules`:

1. `pages/rules.py` with `ROUTES`, and an endpoint that follows `pages/overview.py`: find the site, make one call of
   `jobs` in the thread pool (SQLite waits, the event loop must not), render. The route of the page itself has the
   name of its module: with that it appears in the navigation (`navigation.ORDER`).
2. `templates/rules.html`, which extends `base.html`. Bars are `meter`, `groups_strip` and `key`. Addresses of strangers
   go through the filters `href`, `aloud` and `brief`; nothing is ever marked safe.
3. Its words in a table of its own in `strings/en.toml`: `{{ _("rules.title") }}`, `{{ _("rules.found", count=3) }}`.
4. A section of its own at the end of `static/style.css`, for what `common.css` of the reports has not. No style
   attributes, no inline scripts: the policy sent with every answer refuses both.
5. What changes something is a POST and answers 303; `who(request)` names the person. GET never changes anything. With
   `fragment="rows"` an htmx request gets that block of the template alone.
6. `tests/web/test_rules.py`: `pages.get(...)` for HTTP, `browser_pages.open(...)` for Chromium, and
   `browser_pages.check_page(...)` for accessibility in both schemes, at phone width and without JavaScript.
"""

from linkreclaim.web.app import create_app as create_app
from linkreclaim.web.serving import ServeRequest as ServeRequest
from linkreclaim.web.serving import serve as serve
