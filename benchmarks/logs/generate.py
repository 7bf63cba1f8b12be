"""A combined access log of any length, the same every time: a site with people, crawlers, scanners and dirty lines."""

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

OWN = "https://www.example.com"
DEAD_SHARE_0_1 = 0.05
DIRTY_EVERY = 2_000
LINES_AT_ONCE = 20_000
_DAY_LINES = 30

_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
_PROGRAMS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "curl/8.5.0",
)
_SCANS = ("/.env", "/wp-login.php", "/xmlrpc.php", "/.git/config")
_ENGINES = ("https://www.google.com/", "https://www.bing.com/", "https://t.co/AbC123")
_DIRT = (
    b'"\\x16\\x03\\x01\\x02\\x00\\x01" 400 226 "-" "-"\n',
    b'"GET /cut',
    b'"GET /search?q=' + b"A" * 2_300 + b' HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n',
    b'"GET /caf\xe9 HTTP/1.1" 404 153 "-" "Mozilla/5.0 \\"quoted\\" agent"\n',
)


def write_log(path: Path, lines: int, seed: int = 1) -> None:
    """Write a log. Cost: about 4 us a line."""
    with path.open("wb", buffering=1 << 20) as file:
        for block in _blocks(lines, random.Random(seed)):
            file.write(block)


def _blocks(lines: int, chance: random.Random) -> Iterator[bytes]:
    words = ("guide", "review", "best", "recipe", "travel", "hotel", "shoes", "laptop", "garden", "paint", "camera")
    live = [f"/{'-'.join(chance.choices(words, k=4))}-{number}/" for number in range(20_000)]
    dead = [f"/{chance.randint(2004, 2019)}/{'-'.join(chance.choices(words, k=3))}.html" for _ in range(8_000)]
    links = [f"https://www.{chance.choice(words)}{number}.org/" for number in range(4_000)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(dead))))
    for start in range(0, lines, LINES_AT_ONCE):
        count = min(LINES_AT_ONCE, lines - start)
        gone = chance.choices(dead, cum_weights=weights, k=count)
        seen = chance.choices(live, k=count)
        yield b"".join(
            _line(start + number, lines, chance, gone[number], seen[number], links) for number in range(count)
        )


def _line(number: int, lines: int, chance: random.Random, gone: str, seen: str, links: list[str]) -> bytes:
    second = number * _DAY_LINES * 86_400 // lines
    at = f"{1 + second // 86_400:02d}/Jun/2026:{second // 3_600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    front = f"{chance.randrange(1, 224)}.{chance.randrange(256)}.{chance.randrange(256)}.7 - - [{at} +0000] "
    if number % DIRTY_EVERY == DIRTY_EVERY - 1:
        dirt = chance.choice(_DIRT)
        return front.encode() + dirt + (b"" if dirt.endswith(b"\n") else b"\n")
    kind, agent = chance.random(), chance.choice(_BROWSERS)
    status, target, referrer = 200, seen, OWN + gone
    if kind < DEAD_SHARE_0_1:
        status, target = 404, gone
        referrer = chance.choice(("-", "-", OWN + seen, chance.choice(links), chance.choice(_ENGINES)))
    elif kind < 0.07:
        status, target, referrer = 404, chance.choice(_SCANS), "-"
    elif kind < 0.3:
        agent, referrer = chance.choice(_PROGRAMS), "-"
        status, target = (404, gone) if kind < 0.08 else (200, seen)
    size = chance.randrange(200, 60_000)
    return f'{front}"GET {target} HTTP/1.1" {status} {size} "{referrer}" "{agent}"\n'.encode()
