"""Where an answer redirects to, as browsers read it."""

from linkreclaim.net.transport import Response

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""Source: WHATWG Fetch, "redirect status"; 300 and 304 to 306 are not followed by browsers."""


def read_location(response: Response) -> str | None:
    """The Location of a redirect as written, None when the answer is no redirect or names no place.

    Servers put raw UTF-8 into it: the bytes are read as UTF-8 where they are that, else as Latin-1. Resolving it
    (urls.resolve) encodes raw spaces and letters the way browsers do.
    """
    if response.status_code not in REDIRECT_STATUSES:
        return None
    value = response.header("location")
    if not value:
        return None
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
