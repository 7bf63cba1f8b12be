"""Archived copies in WARC files: what wget, Heritrix, Browsertrix and Common Crawl write."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType

from linkreclaim.html import page_facts
from linkreclaim.inventory.payload import read_body
from linkreclaim.inventory.warc_records import ArchivedAnswer, read_answer, read_records, refuse_file
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url, parse, resolve

COPIES_PER_PAGE = 3
"""Copies kept of one page, the newest: older ones help only where the newer are error pages (our judgement)."""
MOST_COPIES = 150_000
"""Copies kept in all, each at most about 12 KB: what bounds the memory of a run with very many dead pages."""

_MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """Which page a record is about, when it was taken, and where it stands."""

    url: Url
    taken: str  # WARC-Date: ISO 8601 in UTC, so that text order is time order; "" when the record has none
    digest: str
    file: str
    byte: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """One copy of a page."""

    taken: str
    digest: str  # of its payload; "" when the record names none
    capture: Capture


class WarcCopies:
    """The archived copies of wanted pages in WARC files, found by URL; scheme and `www.` make no difference.

    The files are read once when this is made, and once more only where a record says "as before" of a text that was
    archived under another URL. Copies are 200 answers with HTML, and HTML resources; redirects become `redirects_to`.
    Memory: the copies kept, whatever the size of the files. Cost: about 2 ms for each wanted copy.
    """

    def __init__(self, files: Sequence[Path], wanted: Collection[str]) -> None:
        """`wanted`: match keys of the pages that will be asked for; all others are passed over."""
        self._wanted = frozenset(wanted)
        self._copies: dict[str, list[_Copy]] = {}
        self._redirects: dict[str, tuple[str, str]] = {}  # key: (taken, where it led)
        self._revisits: list[_Place] = []
        self._held = 0
        self._problems: dict[str, None] = {}
        readable = [file for file in files if not self._refuse(file)]
        for file in readable:
            self._read_file(file)
        self._resolve_revisits(readable)

    def __len__(self) -> int:
        return len(self._copies.keys() | self._redirects.keys())

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, with file and place, for a person."""
        return tuple(self._problems)

    def find(self, url: Url) -> tuple[Capture, ...]:
        """The copies of a page, the newest first; one that is empty but for `redirects_to` where only that is known."""
        led_to = self._redirects.get(url.key, ("", ""))[1]
        copies = sorted(self._copies.get(url.key, ()), key=_taken, reverse=True)
        if copies:
            return tuple(replace(copy.capture, captured_on=_day(copy.taken), redirects_to=led_to) for copy in copies)
        return (Capture(url.without_fragment, "", "", redirects_to=led_to),) if led_to else ()

    def _refuse(self, file: Path) -> bool:
        fault = refuse_file(file)
        if fault:
            self._report(f"{file.name}: {fault}")
        return bool(fault)

    def _read_file(self, file: Path) -> None:
        for record, place in self._places(file):
            if place.url.key in self._wanted:
                self._take(record, place)

    def _places(self, file: Path) -> Iterator[tuple[WarcRecord, _Place]]:
        """The records of a file that are about a URL."""
        try:
            for record, byte in read_records(file, lambda problem: self._report(f"{file.name}: {problem}")):
                # wget 1.14 to 1.19 and WARC/0.18 write the URL in angle brackets
                url = parse((record.headers.get("WARC-Target-URI") or "").strip().strip("<>"))
                if url is not None:
                    digest = record.headers.get("WARC-Payload-Digest") or ""
                    yield record, _Place(url, record.headers.get("WARC-Date") or "", digest, file.name, byte)
        except OSError as error:
            self._report(f"{file.name}: {error.strerror or error}")

    def _take(self, record: WarcRecord, place: _Place) -> None:
        answer = self._read(record, place)
        if answer.location:
            self._add_redirect(place, answer.location)
        elif answer.status_code != 200:
            return
        elif record.record_type == WarcRecordType.revisit:
            if answer.is_page or not answer.content_type:
                self._revisits.append(place)
        elif answer.is_page:
            self._add(place, self._read_page(answer, place), place.digest)

    def _read(self, record: WarcRecord, place: _Place) -> ArchivedAnswer:
        try:
            answer = read_answer(record)
        except OSError as error:
            self._report(f"{_where(place)} could not be read: {error}")
            return ArchivedAnswer(0)
        if answer.status_code == 0 and record.record_type == WarcRecordType.response:
            self._report(f"{_where(place)} holds no HTTP answer that could be read")
        return answer

    def _read_page(self, answer: ArchivedAnswer, place: _Place) -> Capture:
        body, fault = read_body(answer.body, answer.transfer_encoding, answer.content_encoding)
        if fault or answer.is_cut:
            self._report(f"{_where(place)}: {fault or 'the record is cut off'}; what there is of it is used")
        facts = page_facts(body, answer.content_type, place.url)
        address = place.url.without_fragment
        return Capture(address, facts.title, facts.text, facts.headings, facts.lang, facts.ids, origin=place.file)

    def _add(self, place: _Place, capture: Capture, digest: str) -> None:
        """Keep a copy while there is room: of one page the newest, and each text once, with its newest date."""
        held = self._copies.setdefault(place.url.key, [])
        copy = _Copy(place.taken, digest, replace(capture, url=place.url.without_fragment))
        same = next((other for other in held if digest and other.digest == digest), None)
        if same is not None:
            held[held.index(same)] = max(same, copy, key=_taken)
        elif self._held >= MOST_COPIES:
            self._report(f"there are more than {MOST_COPIES:,} copies of wanted pages; the rest is left out")
        else:
            held.append(copy)
            self._held += 1
            if len(held) > COPIES_PER_PAGE:
                held.remove(min(held, key=_taken))
                self._held -= 1

    def _add_redirect(self, place: _Place, location: str) -> None:
        """A redirect to another spelling of the same URL says nothing."""
        key, target = place.url.key, resolve(place.url, location)
        if target is not None and target.key != key:
            self._redirects[key] = max(self._redirects.get(key, ("", "")), (place.taken, target.href))

    def _resolve_revisits(self, files: Sequence[Path]) -> None:
        """Give revisits their text: that of the same URL is there already, that of another one is looked for."""
        missing: dict[str, list[_Place]] = {}
        for revisit in self._revisits:
            held = self._copies.get(revisit.url.key, ())
            same = next((copy for copy in held if revisit.digest and copy.digest == revisit.digest), None)
            if same is not None:
                self._add(revisit, same.capture, same.digest)
            elif revisit.digest:
                missing.setdefault(revisit.digest, []).append(revisit)
        if missing:
            for file in files:
                self._find_texts(file, missing)
        lost = {revisit.url.key for revisit in self._revisits} - {key for key, held in self._copies.items() if held}
        if lost:
            self._report(
                f"{len(lost):,} wanted pages are only revisits here: the records they repeat are in other files"
            )

    def _find_texts(self, file: Path, missing: dict[str, list[_Place]]) -> None:
        for record, place in self._places(file):
            if place.digest in missing and record.record_type != WarcRecordType.revisit:
                answer = self._read(record, place)
                if answer.is_page and answer.status_code == 200:
                    capture = self._read_page(answer, place)
                    for revisit in missing[place.digest]:
                        self._add(revisit, capture, place.digest)

    def _report(self, problem: str) -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems[problem] = None


def _taken(copy: _Copy) -> str:
    return copy.taken


def _where(place: _Place) -> str:
    return f"{place.file}: record at byte {place.byte:,} ({place.url.href[:200]})"


def _day(taken: str) -> date | None:
    try:
        return date.fromisoformat(taken[:10])
    except ValueError:
        return None
