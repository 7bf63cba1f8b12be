"""Uploads: files that people send to the page, kept in the workspace and recognised at once.

Names are made by us, after the sender's; the bytes are read by the readers of exports and by nothing else: never run,
never served.
"""

import hashlib
import json
import os
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

from linkreclaim.errors import InputError
from linkreclaim.model.sites import Site
from linkreclaim.report.escape import make_visible

MAX_FILES = 100
MAX_SITE_BYTES = 10 << 30
"""Most that is kept of one kind for one site: three times the bundle of exports of a very large one (our choice)."""
MAX_NAME_CHARACTERS = 60
MAX_SHOWN_CHARACTERS = 200
"""Of a sender's name that are kept to be shown (our choice)."""
_NUMBER_CHARACTERS = 5  # "0003-"
_BLOCK_BYTES = 1 << 20
_INDEX_NAME = "files.json"
_SITE_PREFIX = "site-"  # a host may be called "..": no folder of ours may
_SENT = re.compile(rf"(.*/uploads/{_SITE_PREFIX}[^/]+)/(\d{{4}}-[a-z0-9.-]+)(: .*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilePart:
    """One export in a file."""

    tool: str
    report: str
    member: str  # its name within the file; "" when the file holds no other
    rows: int
    rows_are: str  # "exact", "about" or "over"


@dataclass(frozen=True, slots=True)
class FirstRows:
    """What the first rows of a file say."""

    rows: int = 0  # how many were read
    problems: int = 0  # of them not to be read, or not whole
    hosts: tuple[tuple[str, int], ...] = ()  # the hosts they link to, with rows, commonest first

    def about(self, site: Site) -> int:
        """How many of the rows with a known host are about a site."""
        return sum(rows for host, rows in self.hosts if site.concerns(host))

    def other_host(self, site: Site) -> str:
        """The host that more of them link to than to the site; "" when there is none."""
        others = ((rows, host) for host, rows in self.hosts if not site.concerns(host))
        rows, host = max(others, default=(0, ""))
        return host if rows > self.about(site) else ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, and what it was recognised as."""

    name: str  # ours: "0003-ahrefs-backlinks.csv"
    size_bytes: int
    digest: str  # SHA-256 of its bytes
    parts: tuple[FilePart, ...] = ()  # the exports in it; none when it was not recognised
    first: FirstRows = field(default_factory=FirstRows)
    error: str = ""  # why it cannot be used, in the reader's words
    sender_name: str = ""  # as it was sent; "" where an older linkreclaim did not keep it

    @property
    def usable(self) -> bool:
        """Whether an audit can read it."""
        return bool(self.parts)

    @property
    def shown_name(self) -> str:
        """What people know it by."""
        return self.sender_name or self.name[_NUMBER_CHARACTERS:]


Recognise = Callable[[Path], tuple[tuple[FilePart, ...], FirstRows]]
"""Says what a file is, or raises InputError with the reason why it cannot be used."""


def _recognise_links(path: Path) -> tuple[tuple[FilePart, ...], FirstRows]:
    from linkreclaim.jobs.gathering.recognising import recognise_file  # brings all readers with it

    return recognise_file(path)


class Uploads:
    """The files of one kind that were sent for one site. Safe for threads of one process."""

    def __init__(self, folder: Path, recognise: Recognise = _recognise_links) -> None:
        """`recognise`: tells what a file is; without it, which export or access log."""
        self.folder = folder
        self._recognise = recognise
        self._lock = threading.Lock()

    def all(self) -> tuple[Upload, ...]:
        """Every file, in the order in which they came."""
        try:
            held = json.loads((self.folder / _INDEX_NAME).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        return tuple(_read(values) for values in held)

    def take(self, stream: IO[bytes], sender_name: str) -> Upload:
        """Keep a file and recognise it; one that is not recognised is kept, too, with the reason.

        Cost: copying it, then up to about two seconds of reading.

        Raises:
            InputError: it is here already, there are too many or too large ones, or the disk is full.
        """
        with self._lock:
            held = self.all()
            if len(held) >= MAX_FILES:
                raise InputError(f"{sender_name}: there are {MAX_FILES} files already; remove some first")
            number = 1 + max((int(upload.name[:4]) for upload in held), default=0)
            name = make_name(number, sender_name)
            self.folder.mkdir(parents=True, exist_ok=True)
            room = MAX_SITE_BYTES - sum(upload.size_bytes for upload in held)
            with _arriving(self.folder / f"{name}.part") as path:
                size_bytes, digest = _copy(stream, path, room, sender_name)
                same = next((upload.shown_name for upload in held if upload.digest == digest), None)
                if same:
                    raise InputError(f"{sender_name}: the same file is here already, as {same}")
                upload = self._recognised(
                    path, Upload(name, size_bytes, digest, sender_name=make_visible(sender_name)[:MAX_SHOWN_CHARACTERS])
                )
                os.replace(path, self.folder / name)
            self._write((*held, upload))
            return upload

    def remove(self, name: str) -> None:
        """Delete a file; nothing happens when there is none of this name. What the ledger has of it stays."""
        with self._lock:
            held = self.all()
            if any(upload.name == name for upload in held):
                self._write(tuple(upload for upload in held if upload.name != name))
                (self.folder / name).unlink(missing_ok=True)

    def paths(self, names: tuple[str, ...]) -> tuple[Path, ...]:
        """Where files of these names are.

        Raises:
            InputError: one of them is not here any more.
        """
        held = {upload.name for upload in self.all()}
        for name in names:
            if name not in held or not (self.folder / name).is_file():
                raise InputError(f"{name} is not among the files any more: send it again, or start a new audit")
        return tuple(self.folder / name for name in names)

    def _recognised(self, path: Path, upload: Upload) -> Upload:
        try:
            parts, first = self._recognise(path)
        except InputError as error:
            reason = str(error).replace(str(path), upload.shown_name).replace(path.name, upload.shown_name)
            return replace(upload, error=reason.removeprefix(f"{upload.shown_name}: "))
        return replace(upload, parts=parts, first=first)

    def _write(self, uploads: tuple[Upload, ...]) -> None:
        write_json(self.folder / _INDEX_NAME, [asdict(upload) for upload in uploads])


def site_folder(workspace: Path, host: str) -> Path:
    """Where the files of a site are kept; every host has a folder name of its own, whatever its characters."""
    return workspace / "uploads" / (_SITE_PREFIX + quote(host, safe=""))


def sites_with_files(workspace: Path) -> list[str]:
    """Hosts for which there is a folder of files."""
    folders = sorted((workspace / "uploads").glob(f"{_SITE_PREFIX}*"))
    return [unquote(folder.name.removeprefix(_SITE_PREFIX)) for folder in folders]


def spell_path(path: Path) -> str:
    """A path as text that can be kept and shown: bytes of its name that are not UTF-8 become question marks."""
    return str(path).encode("utf-8", "replace").decode()


def show_name(path: str) -> str:
    """What people know a source file by, given its path in the ledger: of one that was sent the sender's name.

    Cost: for a sent file one small file is read.
    """
    sent = _SENT.fullmatch(path)
    if sent is None:
        return path.rpartition("/")[2]
    folder, name, member = sent.groups()
    kept = next((upload for upload in Uploads(Path(folder)).all() if upload.name == name), Upload(name, 0, ""))
    return kept.shown_name + (member or "")


def make_name(number: int, sender_name: str) -> str:
    """A file name of ASCII letters, digits, dots and hyphens that begins with a number, after the sender's."""
    plain = unicodedata.normalize("NFKD", sender_name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"-*\.[.-]*", ".", re.sub(r"[^a-z0-9.]+", "-", plain))
    return f"{number:04d}-{words[-MAX_NAME_CHARACTERS:].strip('.-') or 'file'}"


def write_json(path: Path, value: object) -> None:
    """Write a small file whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    os.replace(beside, path)


@contextmanager
def _arriving(path: Path) -> Iterator[Path]:
    """A path for a file that is still being written; what is left of it is removed."""
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _copy(stream: IO[bytes], path: Path, room_bytes: int, sender_name: str) -> tuple[int, str]:
    """Copy what was sent; returns its size and digest."""
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for block in _blocks(stream):
                size_bytes += len(block)
                if size_bytes > room_bytes:
                    raise InputError(f"{sender_name}: over {MAX_SITE_BYTES >> 30} GiB of files for this site")
                digest.update(block)
                file.write(block)
    except OSError as error:
        raise InputError(f"{sender_name}: cannot be kept: {error.strerror or error}") from error
    return size_bytes, digest.hexdigest()


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block


def _read(values: dict[str, object]) -> Upload:
    made = dict(values)
    made["parts"] = tuple(FilePart(**part) for part in values["parts"])  # type: ignore[attr-defined]
    first = dict(values["first"])  # type: ignore[call-overload]
    made["first"] = FirstRows(**first | {"hosts": tuple((host, rows) for host, rows in first["hosts"])})
    return Upload(**made)  # type: ignore[arg-type]
