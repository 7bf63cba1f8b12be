"""Google's login: what proves who asks, exchanged for an access token that lives for an hour."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from linkreclaim.errors import MissingExtraError
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    Call,
    KeyRefusedError,
    Login,
    SecretSpec,
    TryLaterError,
)
from linkreclaim.sources.cells import show

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105
"""Where tokens are given, whatever a credentials file says: a key goes to Google alone.

Source: developers.google.com/identity/protocols/oauth2/web-server (refreshing) and .../service-account (HTTP/REST)."""
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
"""Source: RFC 7523, 2.1."""
ASSERTION_LIFETIME_S = 3_600
"""The most that Google takes (developers.google.com/identity/protocols/oauth2/service-account, "exp")."""
SPARE_S = 120.0
"""A token is replaced so long before its end: a request may take as long as that (our judgement)."""
MAX_FILE_BYTES = 100_000

CREDENTIALS = "GSC_CREDENTIALS"
ACCESS_TOKEN = "GSC_ACCESS_TOKEN"  # noqa: S105
QUOTA_PROJECT = "GSC_QUOTA_PROJECT"

SECRETS = (
    SecretSpec(CREDENTIALS, "path of the JSON file of a Google login or service account", instead=ACCESS_TOKEN),
    SecretSpec(ACCESS_TOKEN, "access token, in place of the file; ends after an hour", optional=True),
    SecretSpec(QUOTA_PROJECT, "Google Cloud project that is asked through, where the file names none", optional=True),
)
_NO_KEY = (
    f"Search Console: neither {CREDENTIALS} (path of the JSON file of a Google login or service account) nor"
    f" {ACCESS_TOKEN} is set: docs/apis.md says how to get one"
)


def start_login(secrets: Mapping[str, str], scope: str, now: datetime) -> Call | None:
    """The call that exchanges the credentials file for a token; None where a token is given and no file.

    Raises:
        KeyRefusedError: there is neither, or the file is no credentials file.
        MissingExtraError: the file is of a service account, and the `google` extra is not installed.
    """
    if CREDENTIALS not in secrets:
        if ACCESS_TOKEN not in secrets:
            raise KeyRefusedError(_NO_KEY)
        return None
    told = read_credentials(secrets[CREDENTIALS])
    if told.get("type") == "service_account":
        form = {"grant_type": JWT_GRANT, "assertion": _sign_assertion(told, scope, now)}
    else:
        names = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{name: _text(told, name) for name in names}}
    return Call("login", TOKEN_URL, form=form)


def read_credentials(path: str) -> dict[str, Any]:
    """A credentials file: an authorised user (`gcloud auth application-default login`) or a service account.

    Raises:
        KeyRefusedError: it cannot be read, or is another kind of file.
    """
    try:
        with open(Path(path).expanduser(), "rb") as stream:
            told = json.loads(stream.read(MAX_FILE_BYTES))
    except OSError as error:
        raise KeyRefusedError(f"cannot read the file that {CREDENTIALS} names: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise KeyRefusedError(f"the file that {CREDENTIALS} names is not JSON") from None
    if isinstance(told, dict) and ("installed" in told or "web" in told):
        raise KeyRefusedError(
            f"the file that {CREDENTIALS} names is of an OAuth client, not of a login: log in with it first (gcloud"
            " auth application-default login --client-id-file=FILE --scopes=...), and name the file that this writes"
        )
    if not isinstance(told, dict) or told.get("type") not in ("authorized_user", "service_account"):
        raise KeyRefusedError(
            f'the file that {CREDENTIALS} names has no "type" of authorized_user or service_account: docs/apis.md says'
            " how to make one"
        )
    return told


def read_token(answer: Answer, secrets: Mapping[str, str]) -> Login:
    """The access token of an answer, to stand beside the secrets.

    Raises:
        KeyRefusedError: the login has ended or was taken back.
        TryLaterError, AnswerError: Google cannot tell now, or tells something else.
    """
    if answer.status_code >= 500:
        raise TryLaterError(f"Google's login has an error of its own (HTTP {answer.status_code})")
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise AnswerError(f"Google's login answers with no JSON object (HTTP {answer.status_code})")
    if answer.status_code != 200:
        raise _refusal(answer.status_code, told)
    token, lifetime_s = told.get("access_token"), told.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lifetime_s, (int, float)) or not 0 < lifetime_s < 1e6:
        raise AnswerError("Google's login answers without 'access_token' or 'expires_in': the interface has changed")
    return Login({ACCESS_TOKEN: token, **_quota_project(secrets)}, max(float(lifetime_s) - SPARE_S, 1.0))


def _quota_project(secrets: Mapping[str, str]) -> dict[str, str]:
    """The project that requests of a person's login are counted for; a service account has its own.

    Without one Google refuses such requests (SERVICE_DISABLED). Source: cloud.google.com/docs/authentication,
    troubleshoot-adc: `x-goog-user-project`; gcloud writes `quota_project_id` into the file.
    """
    if QUOTA_PROJECT in secrets:
        return {}
    told = read_credentials(secrets[CREDENTIALS])
    project = told.get("quota_project_id")
    return {QUOTA_PROJECT: project} if isinstance(project, str) and project else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise KeyRefusedError(f'the file that {CREDENTIALS} names has no "{name}"')
    return value


def _sign_assertion(told: Mapping[str, Any], scope: str, now: datetime) -> str:
    """The signed statement of who asks for what. Source: RFC 7523, 3."""
    email, key = _text(told, "client_email"), _text(told, "private_key")
    try:
        crypt, jwt = import_module("google.auth.crypt"), import_module("google.auth.jwt")
    except ImportError:
        raise MissingExtraError(
            "the key file of a service account needs the google extra: pip install 'linkreclaim[google]'"
        ) from None
    issued = int(now.timestamp())
    claims = {"iss": email, "scope": scope, "aud": TOKEN_URL, "iat": issued, "exp": issued + ASSERTION_LIFETIME_S}
    try:
        signer = crypt.RSASigner.from_string(key, told.get("private_key_id"))
        return str(jwt.encode(signer, claims), "ascii")
    except ValueError:
        raise KeyRefusedError(f'the "private_key" in the file that {CREDENTIALS} names cannot be read') from None


def _refusal(status_code: int, told: Mapping[str, Any]) -> Exception:
    error, description = str(told.get("error", "")), str(told.get("error_description", ""))
    said = f"Google refuses the login: {show(error)} ({show(description, 200)})"
    if status_code == 429:
        return TryLaterError(said)
    if error == "invalid_grant":
        return KeyRefusedError(
            f"{said}: the login has ended or was taken back, or this machine's clock is wrong: log in again"
            " (docs/apis.md; logins of an app that is in testing end after seven days)"
        )
    return KeyRefusedError(f"{said}: make the credentials file anew (docs/apis.md)")
