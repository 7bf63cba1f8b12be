"""Keys are found where they may be, told missing with the way to set them, and never shown."""

import copy
import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest

from linkreclaim.errors import InputError
from linkreclaim.sources.apis.secrets import Secret, SecretPlaces, ask_system_keyring, config_path, open_secrets
from linkreclaim.sources.apis.vendors import VENDOR_NAMES, VENDORS

KEY = "k3y-that-nobody-sees"
AHREFS = VENDORS["ahrefs"]


def places(
    tmp_path: Path, environment: Mapping[str, str] | None = None, config: str = "", keyring: str | None = None
) -> SecretPlaces:
    path = tmp_path / "config.toml"
    if config:
        path.write_text(config, encoding="utf-8")
        path.chmod(0o600)
    asked = {"ahrefs_api_key": keyring}
    return open_secrets(environment or {}, path, asked.get)


def test_the_environment_comes_before_the_file_and_the_file_before_the_keyring(tmp_path: Path) -> None:
    def reveal(**where: str | Mapping[str, str] | None) -> str:
        return places(tmp_path, **where).find(AHREFS).found["AHREFS_API_KEY"].reveal()  # type: ignore[arg-type]

    assert reveal(keyring="of keyring") == "of keyring"
    config = '[keys]\nAHREFS_api_key = "of file"\n'
    assert reveal(config=config, keyring="of keyring") == "of file"
    environment = {"AHREFS_API_KEY": " of environment\n"}
    assert reveal(environment=environment, config=config) == "of environment"
    assert reveal(environment={"AHREFS_API_KEY": "  "}, config=config) == "of file"


def test_a_missing_key_is_told_with_the_ways_to_set_it(tmp_path: Path) -> None:
    found = places(tmp_path)
    missing = found.find(AHREFS).missing
    words = found.say_missing(AHREFS, missing)
    assert [spec.name for spec in missing] == ["AHREFS_API_KEY"]
    assert "AHREFS_API_KEY" in words
    assert f"[keys] of {tmp_path / 'config.toml'}" in words
    assert "keyring set linkreclaim ahrefs_api_key" in words


def test_a_secret_shows_where_it_came_from_only() -> None:
    secret = Secret(KEY, "the keyring")
    assert repr(secret) == str(secret) == f"{secret}" == "<secret from the keyring>"
    assert KEY not in repr({"a": [secret]})
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not written anywhere"):
            write(secret)


def test_a_file_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[keys]\nahrefs_api_key = "{KEY}"\n')
    path.chmod(0o644)
    (warning,) = open_secrets({}, path, lambda name: None).warnings
    assert f"chmod 600 {path}" in warning
    assert KEY not in warning
    path.chmod(0o600)
    assert open_secrets({}, path, lambda name: None).warnings == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[keys\nahrefs_api_key = "x"', "not valid TOML"),
        (b'[keys]\nahrefs_api_key = "\xff"', "not UTF-8"),
        (b"[keys]\nahrefs_api_key = 5", "must hold texts"),
        (b'keys = "x"', "must hold texts"),
    ],
)
def test_a_broken_file_is_told_without_what_stands_in_it(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        open_secrets({}, path)


def test_a_file_without_keys_is_fine(tmp_path: Path) -> None:
    assert places(tmp_path, config="[other]\nx = 1\n").config == {}
    assert config_path({"XDG_CONFIG_HOME": "/etc/xdg"}) == Path("/etc/xdg/linkreclaim/config.toml")
    assert config_path({"HOME": "/home/x"}) == Path("/home/x/.config/linkreclaim/config.toml")


def test_a_keyring_that_cannot_be_asked_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring", reason="needs the extra keyring")
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    try:
        assert ask_system_keyring("ahrefs_api_key") is None
    finally:
        keyring.set_keyring(before)


def test_every_vendor_is_known_under_its_name() -> None:
    assert tuple(VENDORS) == VENDOR_NAMES
    for name, vendor in VENDORS.items():
        assert vendor.name == name
        assert vendor.reports
        assert vendor.title
    with pytest.raises(KeyError):
        VENDORS["nobody"]
