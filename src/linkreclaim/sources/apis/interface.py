"""What every client of a vendor's interface is made of.

A client asks through an `Ask` that is handed to it and yields claims. The asker keeps each answer, repeats what failed,
and stops at the budget, so a client is a plain generator: where a pull was cut off it is simply run again, and what was
answered before comes from the shelf without a request.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from linkreclaim.errors import InputError, LinkreclaimError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a vendor, without any secret: it is what an answer is kept under."""

    report: str  # "broken-backlinks": what it is called to the person
    url: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: Mapping[str, Any] | list[Any] | None = None  # JSON; then it is a POST
    form: Mapping[str, str] | None = None  # fields of a form; then it is a POST
    most_units: float = 0.0  # what it can cost at most, in the vendor's units
    keep: bool = True  # False: asked anew each time, as the list of an account's sites, which may change meanwhile


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answered."""

    status_code: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """A key, token or file that a vendor asks for."""

    name: str  # "AHREFS_API_KEY": the environment variable; lower case in the config file and the keyring
    what: str  # "API key (Account settings, API keys)"
    optional: bool = False
    instead: str = ""  # the name of another one that does as well


@dataclass(frozen=True, slots=True)
class Want:
    """What is pulled."""

    site: Site
    today: date
    dead_urls: tuple[str, ...] = ()  # known already, most valuable first: for vendors that are asked URL by URL


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a pull costs at most."""

    units: float | None  # None: not known before it is asked
    words: str  # "at most 3 requests of 1,000 rows: 12,150 API units"


class Ask(Protocol):
    """Sends a call, or finds its answer on the shelf."""

    def __call__(self, call: Call) -> Any:
        """The answer as the vendor's `read` gives it.

        Raises:
            BudgetReachedError: the call could cost more than is left.
            KeyRefusedError, QuotaSpentError, AnswerError: see there.
        """
        ...


class ApiReport(Protocol):
    """One report of a vendor: one entry of the ledger."""

    name: str  # "Broken backlinks (API)"

    def estimate(self, want: Want) -> Estimate:
        """What it costs at most, told before anything is asked."""
        ...

    def pull(self, want: Want, ask: Ask) -> Iterator[Claim | RowProblem]:
        """Ask page after page, and give each row as a claim (its `line` counts the rows of the report from 1)."""
        ...


class Vendor(Protocol):
    """A tool whose interface is known here."""

    name: str  # what `--from` takes: "ahrefs"
    title: str  # "Ahrefs": the tool's name in the ledger, as its exports have it
    unit: str  # "API units", "USD", "requests"
    secrets: tuple[SecretSpec, ...]
    reports: tuple[ApiReport, ...]  # the cheapest useful one first; later ones may repeat earlier calls at no cost

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The call with what proves who asks, and the headers to send with it. Nothing of it is kept or shown."""
        ...

    def read(self, call: Call, answer: Answer) -> Any:
        """The answer's content.

        Raises:
            KeyRefusedError, QuotaSpentError, TryLaterError, AnswerError: what the vendor said instead.
        """
        ...

    def units(self, call: Call, answer: Answer) -> float:
        """What an answer did cost: as the vendor says, else as it publishes."""
        ...


@dataclass(frozen=True, slots=True)
class Login:
    """What a login gave, to be used beside the secrets until it ends; it is never kept."""

    secrets: Mapping[str, str]
    lifetime_s: float


@runtime_checkable
class LoginVendor(Vendor, Protocol):
    """A vendor whose secrets are first exchanged for a token that lives for a while."""

    def login(self, secrets: Mapping[str, str], now: datetime) -> Call | None:
        """The call that makes the exchange; it is sent as it is. None: the secrets do without.

        Raises:
            KeyRefusedError: the secrets cannot be used.
            MissingExtraError: they need an optional part.
        """
        ...

    def read_login(self, answer: Answer, secrets: Mapping[str, str]) -> Login:
        """What the exchange gave. Raises as `read` does."""
        ...


class ApiError(LinkreclaimError):
    """A pull that did not end well; what was answered before is kept."""


class KeyRefusedError(ApiError):
    """The key is wrong, expired, or not allowed to do this."""


class QuotaSpentError(ApiError):
    """The vendor's own limit for this account is reached."""


class BudgetReachedError(ApiError):
    """The person's `--budget` is reached."""


class TryLaterError(ApiError):
    """The vendor is busy; the asker waits and tries again."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s  # as the vendor says


class AnswerError(ApiError, InputError):
    """The answer is not what the vendor's documentation says: the message names the field."""
