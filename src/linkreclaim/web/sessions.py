"""Who may use the page: a one-time token on one's own machine, a password where others can reach it."""

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_IDLE_S = 7 * 86_400
"""A session that nobody used for a week has ended (our choice). All end with the program."""
MAX_SESSIONS = 1_000
MAX_NAME_CHARACTERS = 80
FAILURES_AT_ONCE, FAILURE_WINDOW_S = 10, 300.0
"""So many wrong passwords in so many seconds, whoever sends them, and none is compared any more until the window has
passed. **Source:** OWASP ASVS 5, 6.3.1 (our figures); counted together, because an address is easily changed."""
SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES = 1 << 14, 8, 5
"""16 MiB and about 0.2 s a comparison. **Source:** OWASP, "Password Storage Cheat Sheet", scrypt."""


@dataclass(slots=True)
class Session:
    """Somebody who was let in."""

    name: str  # who decides, as people read it in the history of decisions
    used_at_s: float


class Sessions:
    """Lets people in and knows them again. Kept in memory only: a restart ends all sessions and makes a new token."""

    def __init__(
        self, default_name: str, port: int, password: str = "", clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.default_name = default_name
        self.cookie = f"linkreclaim-{port}"  # cookies are not kept apart by port
        self._clock_s = clock_s
        self._sessions: dict[str, Session] = {}
        self._failures_s: deque[float] = deque()
        self._salt = secrets.token_bytes(16)
        self._password = self._scrypt(password) if password else None
        self.token = "" if password else secrets.token_urlsafe(32)

    @property
    def wants_password(self) -> bool:
        """Whether people log in; else they come with the token."""
        return self._password is not None

    def find(self, cookies: Mapping[str, str]) -> Session | None:
        """The session that a request belongs to, None when it has none or it was unused for too long."""
        key = _key_of(cookies.get(self.cookie, ""))
        session = self._sessions.get(key)
        if session is None:
            return None
        now_s = self._clock_s()
        if now_s - session.used_at_s > MAX_IDLE_S:
            del self._sessions[key]
            return None
        session.used_at_s = now_s
        return session

    def enter(self, token: str) -> str | None:
        """The cookie of a new session for the token, which is worth nothing from then on; None for a wrong one."""
        if not self.token or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        self.token = ""
        return self._open(self.default_name)

    def log_in(self, password: str, name: str) -> str | None:
        """The cookie of a new session for the password, None for a wrong one. Takes 0.2 s: call it in a thread.

        Raises:
            TooManyAttemptsError: too many were wrong; nothing was compared.
        """
        now_s = self._clock_s()
        while self._failures_s and now_s - self._failures_s[0] > FAILURE_WINDOW_S:
            self._failures_s.popleft()
        if len(self._failures_s) >= FAILURES_AT_ONCE:
            raise TooManyAttemptsError
        self._failures_s.append(now_s)  # before the comparison: attempts made at the same time count, too
        if self._password is None or not hmac.compare_digest(self._scrypt(password), self._password):
            return None
        self._failures_s.remove(now_s)
        return self._open(read_name(name) or self.default_name)

    def log_out(self, cookies: Mapping[str, str]) -> None:
        """End a session."""
        self._sessions.pop(_key_of(cookies.get(self.cookie, "")), None)

    def _open(self, name: str) -> str:
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used_at_s)]
        value = secrets.token_urlsafe(32)
        self._sessions[_key_of(value)] = Session(name, self._clock_s())
        return value

    def _scrypt(self, password: str) -> bytes:
        return hashlib.scrypt(
            password.encode(), salt=self._salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=SCRYPT_LANES, maxmem=1 << 26
        )


class TooManyAttemptsError(Exception):
    """Too many wrong passwords."""


def read_name(text: str) -> str:
    """A name as it was typed, on one line and not too long; "" when nothing is left of it."""
    return " ".join(text.split())[:MAX_NAME_CHARACTERS].strip()


def _key_of(value: str) -> str:
    """Sessions are found by a digest: how long the search takes tells nothing about a valid cookie."""
    return hashlib.sha256(value.encode()).hexdigest()
