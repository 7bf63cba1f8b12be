"""What several vendors have in common: errors told by HTTP statuses, Basic authentication, charges in the answer."""

import base64
import math
from typing import Any

from linkreclaim.sources.apis.interface import Answer, AnswerError, KeyRefusedError, QuotaSpentError, TryLaterError
from linkreclaim.sources.cells import show

SHOWN_CHARS = 200


def check_status(title: str, answer: Answer, key_advice: str) -> None:
    """Raise what an HTTP status says (RFC 9110, 15; RFC 6585, 4), with the vendor's own words.

    Raises:
        KeyRefusedError: 401 or 403; `key_advice` says what to do.
        QuotaSpentError: 402.
        TryLaterError: 429 or 5xx.
        AnswerError: any other but 2xx.
    """
    status = answer.status_code
    if status in (401, 403):
        raise KeyRefusedError(f"{title} refuses the key (HTTP {status}: {said(answer)}): {key_advice}")
    if status == 402:
        raise QuotaSpentError(f"{title}: the account has no balance left (HTTP 402: {said(answer)})")
    if status == 429 or status >= 500:
        raise TryLaterError(f"{title} asks to wait (HTTP {status}: {said(answer)})")
    if not 200 <= status < 300:
        raise AnswerError(f"{title} does not take the request (HTTP {status}: {said(answer)})")


def said(answer: Answer) -> str:
    """The start of an answer's text, for a message."""
    return show(answer.body[: 4 * SHOWN_CHARS].decode("utf-8", "replace").strip(), SHOWN_CHARS) or "nothing said"


def basic_auth(user: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic authentication (RFC 7617, UTF-8)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")}


def read_charge(value: Any) -> float | None:
    """What an answer says that it cost; None when that is no number, or one that no bill could hold."""
    try:
        charge = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(charge, 0.0) if math.isfinite(charge) else None
