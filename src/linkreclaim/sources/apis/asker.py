"""Asks one vendor for one pull: the shelf first, then the budget, then the vendor, again and again where it is busy."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

from linkreclaim.errors import UsageError
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiError,
    BudgetReachedError,
    Call,
    LoginVendor,
    TryLaterError,
    Vendor,
)
from linkreclaim.sources.apis.secrets import Secret
from linkreclaim.sources.apis.session import ApiSession, LostAnswerError
from linkreclaim.sources.cells import CUT_MARK

MAX_ATTEMPTS = 5
FIRST_WAIT_S = 2.0
"""Doubled after each attempt where the vendor does not say how long to wait: 30 s in all (our judgement)."""
MAX_WAIT_S = 120.0
"""A vendor that asks for more patience ends the pull; what it answered is kept, and the same command goes on."""
_NOISE_UNITS = 1e-9
"""Sums of prices such as 0.05 are not exact: three times that must fit into 0.15."""
_TELLING_CHARS = 4
"""Fewer characters of a secret tell nothing, and are found in any text."""
_BUSY_STATUSES = frozenset((502, 503, 504))
_NOT_KEPT = frozenset(("set-cookie",))


class Shelf(Protocol):
    """Keeps the answers of one pull, and what they cost."""

    @property
    def spent_units(self) -> float:
        """Units that this pull has spent so far, before it was interrupted too."""
        ...

    def find(self, key: str) -> bytes | None:
        """What is kept under a key."""
        ...

    def spend(self, units: float) -> None:
        """Note that an answer did cost something."""
        ...

    def keep(self, key: str, content: bytes) -> None:
        """Keep an answer."""
        ...


class Asker:
    """The `Ask` of one vendor and one pull.

    A kept answer costs nothing, whatever the budget; what a new one can cost is weighed before it is asked. The units
    of an answer are noted before it is kept: a kill in between has paid for an answer that is asked for again. A
    request whose answer was lost on the way counts with the most that it can have cost.
    """

    def __init__(
        self,
        vendor: Vendor,
        session: ApiSession,
        secrets: Mapping[str, Secret],
        shelf: Shelf,
        budget_units: float | None,
        sleep: Callable[[float], None],
        clock: Callable[[], datetime],
        sink: EventSink,
    ) -> None:
        """`budget_units` None: no limit of the person's own."""
        self._vendor = vendor
        self._session = session
        self._secrets = secrets
        self._shelf = shelf
        self._budget_units = budget_units
        self._sleep = sleep
        self._clock = clock
        self._sink = sink
        self._login_ends = datetime.min.replace(tzinfo=UTC)
        self.requests = 0  # that were answered, now; the rest came from the shelf

    def __call__(self, call: Call) -> Any:
        """What the vendor answers to a call; see Ask."""
        key = call_key(call)
        kept = self._shelf.find(key) if call.keep else None
        if kept is not None:
            return self._vendor.read(call, unpack_answer(kept))
        self._weigh(call)
        answer, content = self._insist(call)
        if call.keep:
            self._shelf.keep(key, pack_answer(answer))
        return content

    def _weigh(self, call: Call) -> None:
        budget, spent = self._budget_units, self._shelf.spent_units
        if budget is None or spent + call.most_units <= budget + _NOISE_UNITS:
            return
        unit = self._vendor.unit
        raise BudgetReachedError(
            f"{self._vendor.title}: the budget of {show_units(budget, unit)} is reached: {show_units(spent, unit)} are"
            f" spent, and the next request ({call.report}) can cost {show_units(call.most_units, unit)};"
            f" --budget {self._vendor.name}={_plain(spent + call.most_units)} or more goes on from here"
        )

    def _insist(self, call: Call) -> tuple[Answer, Any]:
        """Ask until there is an answer, or no patience left."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._once(call)
            except TryLaterError as busy:
                wait_s = FIRST_WAIT_S * 2 ** (attempt - 1) if busy.after_s is None else max(busy.after_s, 0.0)
                if attempt == MAX_ATTEMPTS or wait_s > MAX_WAIT_S:
                    raise TryLaterError(self._impatient(busy, attempt, wait_s), busy.after_s) from None
                self._tell(f"{self._masked(str(busy))}; trying again in {wait_s:.0f} s")
                self._sleep(wait_s)
                self._weigh(call)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, call: Call) -> tuple[Answer, Any]:
        try:
            self._log_in()
            signed, headers = self._vendor.sign(call, self._revealed())
            answer = self._send(call, signed, headers)
            self.requests += 1
            return answer, self._read(call, answer)
        except TryLaterError:
            raise
        except ApiError as error:
            raise type(error)(self._masked(str(error))) from None

    def _send(self, call: Call, signed: Call, headers: Mapping[str, str]) -> Answer:
        try:
            return self._session.send(signed, headers)
        except (LostAnswerError, AnswerError):
            self._shelf.spend(call.most_units)  # nobody can tell, and a budget is a hard stop
            raise

    def _revealed(self) -> dict[str, str]:
        return {name: secret.reveal() for name, secret in self._secrets.items()}

    def _log_in(self) -> None:
        """Exchange the secrets for a token, where the vendor wants one and the last has ended; it is never kept."""
        vendor, now = self._vendor, self._clock()
        if not isinstance(vendor, LoginVendor) or now < self._login_ends:
            return
        call = vendor.login(self._revealed(), now)
        if call is None:
            return
        answer = self._session.send(call, {})
        self._raise_busy(answer)
        login = vendor.read_login(answer, self._revealed())
        gained = {name: Secret(value, f"{vendor.title}'s login") for name, value in login.secrets.items()}
        self._secrets = {**self._secrets, **gained}
        self._login_ends = now + timedelta(seconds=login.lifetime_s)

    def _raise_busy(self, answer: Answer) -> None:
        if answer.status_code in _BUSY_STATUSES:
            raise TryLaterError(f"{self._vendor.title} is busy (HTTP {answer.status_code})")

    def _read(self, call: Call, answer: Answer) -> Any:
        try:
            self._raise_busy(answer)
            if answer.status_code < 400:
                self._shelf.spend(self._vendor.units(call, answer))
            return self._vendor.read(call, answer)
        except TryLaterError as busy:
            if busy.after_s is None:
                busy.after_s = read_retry_after(answer, self._clock())
            raise

    def _impatient(self, busy: TryLaterError, attempt: int, wait_s: float) -> str:
        if wait_s > MAX_WAIT_S:
            return f"{self._masked(str(busy))}, for another {wait_s:,.0f} s: run the same command again then"
        return f"{self._masked(str(busy))}, {attempt} times: run the same command again later, it goes on from here"

    def _tell(self, message: str) -> None:
        self._sink(RunEvent(Stage.GATHER, message=message))

    def _masked(self, text: str) -> str:
        """A vendor may repeat the key in what it says."""
        return mask(text, self._secrets.values())


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """A text without the secrets that stand in it, as they are or as they stand in an address; also without the start
    of one that was cut off where a vendor's words were shortened."""
    for secret in secrets:
        value = secret.reveal()
        for written in (value, quote(value, safe=""), quote_plus(value)):
            text = _mask_cut(text.replace(written, "***"), written)
    return text


def _mask_cut(text: str, secret: str) -> str:
    for length in range(len(secret) - 1, _TELLING_CHARS - 1, -1):
        start = secret[:length]
        text = text.replace(f"{start}{CUT_MARK}", f"***{CUT_MARK}")
        if text.endswith(start):
            text = f"{text.removesuffix(start)}***"
    return text


def call_key(call: Call) -> str:
    """What an answer is kept under: a digest of all that was asked."""
    asked = [call.report, call.url, sorted(call.params.items()), call.body, call.form]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=dict).encode()).hexdigest()


def pack_answer(answer: Answer) -> bytes:
    """An answer as it is kept: a line of JSON, then the body as it came."""
    headers = {name: value for name, value in answer.headers.items() if name not in _NOT_KEPT}
    return json.dumps({"status": answer.status_code, "headers": headers}).encode() + b"\n" + answer.body


def unpack_answer(content: bytes) -> Answer:
    """The answer that `pack_answer` packed. Raises AnswerError when it is none."""
    head, _, body = content.partition(b"\n")
    try:
        told = json.loads(head)
        return Answer(int(told["status"]), {str(name): str(value) for name, value in told["headers"].items()}, body)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise AnswerError("a kept answer cannot be read: --fresh asks anew") from error


def read_retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds to wait as Retry-After says, in seconds or as a date (RFC 9110, 10.2.3); None: it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def parse_budget(text: str, vendors: Iterable[str]) -> dict[str, float]:
    """The budget of each vendor, out of "5000" (for each) or "ahrefs=5000,semrush=20000", in the vendor's own units.

    Raises:
        UsageError: a part is no such thing, or names a vendor that is not asked.
    """
    known = tuple(vendors)
    budgets: dict[str, float] = {}
    for part in text.replace("_", "").split(","):
        name, equals, number = part.strip().rpartition("=")
        units = _read_units(number, part)
        if not equals:
            budgets.update({vendor: units for vendor in known if vendor not in budgets})
        elif name.strip() in known:
            budgets[name.strip()] = units
        else:
            raise UsageError(f"--budget {part.strip()}: {name.strip()!r} is not asked; asked: {', '.join(known)}")
    return budgets


def _read_units(text: str, part: str) -> float:
    try:
        units = float(text)
    except ValueError:
        units = -1.0
    if not 0 <= units < 1e12:
        raise UsageError(
            f"--budget {part.strip()!r}: write a number (5000), or one a vendor (ahrefs=5000,semrush=20000)"
        )
    return units


def show_units(units: float, unit: str) -> str:
    """ "12,150 API units", "0.05 USD" """
    return f"{units:,.2f} {unit}" if unit == "USD" else f"{units:,.0f} {unit}"


def _plain(units: float) -> str:
    """Rounded up, so that a budget that is named is enough."""
    return f"{math.ceil(units * 100 - 1e-6) / 100:.2f}".rstrip("0").rstrip(".")
