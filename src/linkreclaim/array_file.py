"""Trained models as they are shipped: plain arrays in one file, with a checksum and the version of their features."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from linkreclaim.errors import InputError

Arrays = Mapping[str, NDArray[Any]]

MAX_FILE_BYTES = 3_000_000
MAX_ARRAY_BYTES = 30_000_000
"""Bounds on a model file as it is stored and as it unpacks; ours have a tenth of either."""


def read_arrays(name: str, source: Path | BinaryIO | Any, feature_version: int) -> dict[str, NDArray[Any]]:
    """The arrays of a model file, named `name` in messages.

    Raises InputError when the file is not a model, is damaged, or measures something else than `feature_version`.
    """
    try:
        _check_size(source)
        with np.load(source, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        checksum, version = str(arrays.pop("checksum")), int(arrays["version"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{name} is no model: {error}. Reinstall, or train one again.") from error
    if checksum != _checksum(arrays):
        raise InputError(f"{name} is damaged: its checksum does not match its content. Reinstall, or train it again.")
    if version != feature_version:
        raise InputError(f"{name} was trained for feature version {version}, this program has {feature_version}.")
    return arrays


def write_arrays(path: Path, arrays: Arrays, feature_version: int) -> None:
    """Write a model file; the same arrays give the same bytes."""
    whole = {"version": np.array(feature_version), **arrays}
    np.savez_compressed(path, allow_pickle=False, checksum=np.array(_checksum(whole)), **whole)


def _check_size(source: Any) -> None:
    with zipfile.ZipFile(source) as archive:
        stored = sum(member.compress_size for member in archive.infolist())
        unpacked = sum(member.file_size for member in archive.infolist())
    if stored > MAX_FILE_BYTES or unpacked > MAX_ARRAY_BYTES:
        raise ValueError(f"{unpacked:,} bytes of arrays are more than any model has")


def _checksum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
