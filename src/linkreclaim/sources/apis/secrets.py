"""Keys of vendors: from the environment, the config file or the system's keyring, and never shown."""

import os
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.sources.apis.interface import SecretSpec, Vendor

KEYRING_SERVICE = "linkreclaim"
MAX_CONFIG_BYTES = 1_000_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

AskKeyring = Callable[[str], str | None]
"""Takes a key's name (lower case); gives what the keyring holds under it, None for nothing."""


class Secret:
    """A key in memory: printing it, or an object that holds it, shows where it came from."""

    __slots__ = ("_origin", "_value")

    def __init__(self, value: str, origin: str) -> None:
        self._value = value
        self._origin = origin

    def reveal(self) -> str:
        """The key itself, to be sent to its vendor."""
        return self._value

    def __repr__(self) -> str:
        return f"<secret from {self._origin}>"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class FoundSecrets:
    """The keys of one vendor, by the names of their specs, and those that are needed and nowhere to be found."""

    found: Mapping[str, Secret]
    missing: tuple[SecretSpec, ...]


@dataclass(frozen=True, slots=True)
class SecretPlaces:
    """Where keys are looked for, in this order."""

    environment: Mapping[str, str]
    config_file: Path
    config: Mapping[str, str]  # names in lower case
    ask_keyring: AskKeyring
    warnings: tuple[str, ...] = ()

    def find(self, vendor: Vendor) -> FoundSecrets:
        """The keys of a vendor."""
        found = {spec.name: secret for spec in vendor.secrets if (secret := self._find(spec.name)) is not None}
        needed = (spec for spec in vendor.secrets if not spec.optional and spec.name not in found)
        missing = tuple(spec for spec in needed if spec.instead not in found)
        return FoundSecrets(found, missing)

    def _find(self, name: str) -> Secret | None:
        places: Sequence[tuple[str, Callable[[], str | None]]] = (
            (f"the environment variable {name}", lambda: self.environment.get(name)),
            (str(self.config_file), lambda: self.config.get(name.lower())),
            ("the keyring", lambda: self.ask_keyring(name.lower())),
        )
        for origin, look in places:
            value = (look() or "").strip()
            if value:
                return Secret(value, origin)
        return None

    def say_missing(self, vendor: Vendor, missing: Sequence[SecretSpec]) -> str:
        """A sentence for a person whose key is missing: where it may be put."""
        names = " and ".join(f"{spec.name} ({spec.what})" for spec in missing)
        lower = missing[0].name.lower()
        be, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        return (
            f"{vendor.title} cannot be asked: {names} {be} not set; put {them} in the environment, under [keys] of"
            f' {self.config_file} as {lower} = "...", or in the keyring: keyring set {KEYRING_SERVICE} {lower}'
        )


def open_secrets(
    environment: Mapping[str, str] = os.environ,
    config_file: Path | None = None,
    ask_keyring: AskKeyring | None = None,
) -> SecretPlaces:
    """The places of this user: `environment`, the config file (`config_path`), and the keyring of the `keyring` extra.

    Raises:
        InputError: the config file is there and cannot be read.
    """
    path = config_file or config_path(environment)
    keys, warnings = _read_config(path)
    return SecretPlaces(environment, path, keys, ask_keyring or ask_system_keyring, warnings)


def config_path(environment: Mapping[str, str]) -> Path:
    """Where the config file of this user is. Source: XDG Base Directory Specification ("XDG_CONFIG_HOME")."""
    base = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else Path(environment.get("HOME") or Path.home()) / ".config"
    return folder / "linkreclaim" / "config.toml"


def _read_config(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    try:
        with open(path, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            document = tomllib.loads(stream.read(MAX_CONFIG_BYTES).decode("utf-8"))
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise InputError(f"{path} is not valid TOML: {where}") from None
    keys = document.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise InputError(f'{path}: [keys] must hold texts, as in: ahrefs_api_key = "..."')
    warned = keys and os.name == "posix" and mode & _OTHERS
    warnings = (f"{path} holds keys and may be read by other users of this machine: chmod 600 {path}",)
    return {name.lower(): value for name, value in keys.items()}, warnings if warned else ()


def ask_system_keyring(name: str) -> str | None:
    """What the system's keyring holds for linkreclaim under a name; None also where there is no keyring to ask."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except Exception:  # a backend may raise whatever its system raises, and the key may be in no keyring at all
        return None
