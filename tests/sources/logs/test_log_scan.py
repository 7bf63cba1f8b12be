"""The quick pass and the full one see the same requests for lost pages, and the same unread lines."""

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.logs.made_up_lines import LINES, REFERRER

from linkreclaim.sources.logs.formats import FORMATS, format_by_name
from linkreclaim.sources.logs.interface import Hit, LogFormat, Unread
from linkreclaim.sources.logs.opening import open_log
from linkreclaim.sources.logs.scan import Scanner
from linkreclaim.sources.logs.shapes import DEAD_STATUSES, LIVE_STATUSES, JsonShape, QuotedShape, Shape, learn_shape

Seen = tuple[list[Hit], list[tuple[int, str]], int, int]


def scan(log_format: LogFormat, shape: Shape | None, blocks: Iterable[bytes], quick: bool) -> Seen:
    """Dead requests, unread lines with their numbers, lines and requests."""
    dead: list[Hit] = []
    unread: list[tuple[int, str]] = []

    def take(hit: Hit) -> None:
        if hit.status in DEAD_STATUSES:
            dead.append(hit)

    def refuse(line: int, told: Unread) -> None:
        unread.append((line, told.reason))

    scanner = Scanner(log_format, shape, take, refuse)
    (scanner.read_dead if quick else scanner.read_all)(blocks)
    return dead, unread, scanner.counts.lines, scanner.counts.requests


def agree(log_format: LogFormat, learned: bytes, blocks: list[bytes]) -> Seen:
    shape = learn_shape(log_format, learned.split(b"\n"))
    quick = scan(log_format, shape, blocks, quick=True)
    assert quick == scan(log_format, None, blocks, quick=False)
    return quick


@pytest.mark.parametrize("copies", [1, 40])
def test_both_ways_agree_on_every_sample(shared_dir: Path, copies: int) -> None:
    samples = [path for path in sorted((shared_dir / "samples" / "logs").iterdir()) if path.suffix != ".md"]
    assert len(samples) > 30
    for path in samples:
        file = open_log(path)
        assert file is not None, path
        if copies > 1 and file.size_bytes > 50_000:
            continue
        text = b"".join(file.blocks(pytest.fail, lambda _: None))
        quick = scan(file.log_format, file.shape, [text] * copies, quick=True)
        assert quick == scan(file.log_format, None, [text] * copies, quick=False), path
        assert quick[2] == text.count(b"\n") * copies


DIRT = (
    b"",
    b"# a comment",
    b"Error line 1",
    b'{"level":"info","msg":"no request"}',
    b'"',
    b'" 404 ',
    b"\xff\xfe\x00\x1f\x8b",
    b"x" * 3000,
)


def lines_of(name: str, chance: random.Random) -> list[bytes]:
    """Lines of a format with many statuses."""
    text = LINES[name].text
    return chance.choices([text.replace(b"404", status) for status in (b"200", b"301", b"410", b"404", b"503")], k=60)


@pytest.mark.parametrize("name", LINES)
def test_both_ways_agree_on_dirty_lines_of_every_format(name: str) -> None:
    chance, header = random.Random(name), LINES[name].header.splitlines()
    lines = header + lines_of(name, chance)
    learned = b"\n".join(lines)
    for good in lines_of(name, chance):
        cut, (left, mark, right) = chance.randrange(len(good)), good.rpartition(b'"')
        lines += [good[:cut], left + b"\\" + mark + mark + right, chance.choice(DIRT), good]
    text = b"\n".join(lines) + b"\n"
    dead, unread, count, _ = agree(format_by_name(name), learned, [text])
    assert dead
    assert unread
    assert count == text.count(b"\n")
    assert agree(format_by_name(name), learned, [text.replace(b"\n", b"\r\n")])[0] == dead


@pytest.mark.parametrize("name", LINES)
def test_no_dead_request_is_missed_whatever_happened_to_a_line(name: str) -> None:
    chance, header, log_format = random.Random(name), LINES[name].header.splitlines(), format_by_name(name)
    lines = header + lines_of(name, chance)
    shape = learn_shape(log_format, lines)
    for good in lines_of(name, chance) * 5:
        line, place = bytearray(good), chance.randrange(len(good))
        changes = (b"", b'"', b'\\"', b"\0", b"]", b" 404 ", b"{", b":404", b"4")
        line[place : place + chance.randrange(30)] = chance.choice(changes)
        lines.append(bytes(line))
    text = b"\n".join(lines) + b"\n"
    assert scan(log_format, shape, [text], quick=True)[0] == scan(log_format, None, [text], quick=False)[0]


COMBINED = st.sampled_from(
    [*LINES["combined"].text.decode().split(" "), '"', '\\"', "404", "410", "200", "-", "[", "]"]
)


@given(
    st.lists(st.lists(COMBINED, min_size=1, max_size=30).map(" ".join), max_size=8),
    st.lists(st.integers(0, 3), max_size=8),
)
def test_both_ways_agree_whatever_stands_between(noise: list[str], good: list[int]) -> None:
    line = LINES["combined"].text
    lines = [text.encode() for text in noise] + [line.replace(b"404", b"%d0%d" % (4 - n % 2, n)) for n in good]
    random.Random(len(lines)).shuffle(lines)
    agree(format_by_name("combined"), line, [b"".join(text + b"\n" for text in lines)] if lines else [])


ORIGINS = (b"https://www.site.example/", b"http://site.example/")


def linked(
    log_format: LogFormat, shape: Shape | None, text: bytes, quick: bool
) -> tuple[Seen, list[Hit], Counter[int]]:
    """As `scan`, with the requests that a link may have led to, and all statuses."""
    told: list[Hit] = []
    unread: list[tuple[int, str]] = []
    scanner = Scanner(log_format, shape, told.append, lambda line, why: unread.append((line, why.reason)))
    if quick:
        scanner.read_linked([text], ORIGINS)
    else:
        scanner.read_all([text])
    statuses = scanner.counts.statuses + Counter(hit.status for hit in told)
    dead = [hit for hit in told if hit.status in DEAD_STATUSES]
    own = tuple(origin.decode() for origin in ORIGINS)
    led = [hit for hit in told if hit.status in LIVE_STATUSES and hit.referrer and not hit.referrer.startswith(own)]
    return (dead, unread, scanner.counts.lines, scanner.counts.requests), led, statuses


REFERRERS = (b"-", b"", b"https://www.site.example/a?b", b"https://www.site.example.evil.example/", b"http://site.example",
             b"http://site.example/", b"https://o.example/", b" ", b"--", b"HTTPS://WWW.SITE.EXAMPLE/")  # fmt: skip
STATUSES = (b"200", b"301", b"308", b"304", b"404", b"410", b"500", b"000", b"099", b"2000")


@pytest.mark.parametrize("name", ["combined", "vhost_combined", "s3", "common", "caddy", "alb", "cloud_storage"])
def test_no_link_is_missed_and_every_status_counted(name: str) -> None:
    chance, log_format = random.Random(name), format_by_name(name)
    header, good = LINES[name].header.splitlines(), LINES[name].text
    varied = [
        good.replace(b"404", chance.choice(STATUSES))
        .replace(REFERRER.encode(), chance.choice(REFERRERS))
        .replace(b"GET /", chance.choice((b"GET /", b"POST /", b"PROPFIND /", b"GET http://o.example/")))
        for _ in range(400)
    ]
    text = b"\n".join(header + varied + [chance.choice(DIRT)[:2000], good]) + b"\n"
    shape = learn_shape(log_format, header + [good] * 3 + [good.replace(REFERRER.encode(), b"-")])
    quick = linked(log_format, shape, text, quick=True)
    assert quick == linked(log_format, None, text, quick=False)
    assert quick[2].total() == quick[0][3]


def test_most_lines_without_a_link_are_not_parsed() -> None:
    good = LINES["combined"].text.replace(b"404", b"200")
    own = good.replace(REFERRER.encode(), b"https://www.site.example/a")
    shape = learn_shape(format_by_name("combined"), [good, own])
    assert isinstance(shape, QuotedShape)
    found = shape.lines_to_parse(b"\n".join([own, good, own, own, b""]), ORIGINS)
    assert ([span[0] for span in found.to_parse], found.statuses) == ([1], Counter({200: 3}))


@pytest.mark.parametrize("copies", [1, 20])
def test_both_ways_find_the_same_links_in_every_sample(shared_dir: Path, copies: int) -> None:
    for path in sorted((shared_dir / "samples" / "logs").iterdir()):
        file = None if path.suffix == ".md" else open_log(path)
        if file is None or (copies > 1 and file.size_bytes > 50_000):
            continue
        text = b"".join(file.blocks(pytest.fail, lambda _: None)) * copies
        assert linked(file.log_format, file.shape, text, True) == linked(file.log_format, None, text, False), path


def test_formats_whose_lines_say_so_are_read_quickly() -> None:
    shapes = {name: learn_shape(format_by_name(name), [made.text] * 5) for name, made in LINES.items()}
    quick = {name for name, shape in shapes.items() if shape is not None}
    assert {"combined", "common", "vhost_combined", "s3", "nginx_json", "caddy", "cloudflare", "traefik"} <= quick
    assert isinstance(shapes["caddy"], JsonShape)
    assert isinstance(shapes["combined"], QuotedShape)
    assert not any(known.ordered and known.name in quick for known in FORMATS)


def test_lines_are_numbered_over_blocks() -> None:
    line = LINES["combined"].text + b"\n"
    blocks = [line * 3 + b"dirt\n" + line, b"dirt\n", line * 2 + b'dirt "\n']
    _, unread, lines, requests = agree(format_by_name("combined"), line, blocks)
    assert [number for number, _ in unread] == [4, 6, 9]
    assert (lines, requests) == (9, 6)


def test_json_without_a_status_is_no_request() -> None:
    request = LINES["caddy"].text + b"\n"
    other = b'{"level":"error","logger":"http.log.error","msg":"refused"}\n'
    _, _, lines, requests = agree(format_by_name("caddy"), request, [request * 2000 + other + request * 3])
    assert (lines, requests) == (2004, 2003)
