"""Measure causes: dead URLs whose cause is known by construction, through the `diagnose` job as a user runs it.

    python -m benchmarks.diagnosis.causes [--sites DIR] [--each 20] [--no-text] [--show CAUSE]

Truth: folders that moved and pages that were deleted are those of real sites (their owners' redirects, their history);
former hosts, variants, damage, cut-off links, typing errors and wrong bases are made of their live URLs; scanner
requests are real ones; a hacked site's spam has addresses and anchors of another script and of pills and casinos.
Prints the confusion table, then what became of the spam and of the scanners. With --no-text the pages' old titles and
texts are withheld, as where nobody has captures.
"""

import argparse
import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.diagnosis import mangling
from benchmarks.matching.sites import read_rows, shared_folder

from linkreclaim.demo.scenes import read_scenes
from linkreclaim.jobs.judging.diagnose import DiagnoseRequest, diagnose_list
from linkreclaim.model.judgements import Cause, DiagnosedUrl, Disposition
from linkreclaim.urls import match_key

SEED = 20261122
SITES = ("hugo-docs", "knative", "kubeflow", "mattermost-docs", "pingcap-docs-cn", "symfony-docs", "tts-handbook")
MIN_MOVED = 3
DAMAGES = ("bad scheme", "invisible inside", "wrapper", "tail", "glued word", "double escape", "bracket and text")
VARIANTS = ("case", "slash", "extension", "separators")
SCANNED = Path(__file__).parents[1] / "matching" / "junk.txt"
SCANNER_LINES = 16
CJK_SPAM = 4  # the first ones of:
SPAM = (
    ("/スーパーコピー-ロレックス-{n}.html", ("ロレックス コピー 激安", "スーパーコピー 時計")),
    ("/xq{n}/ルイヴィトン-財布-新品.html", ("ルイヴィトン 財布 激安",)),
    ("/jp/モンクレール-アウトレット-{n}/", ("モンクレール ダウン 通販",)),
    ("/バーバリー-マフラー-メンズ-{n}.html", ("バーバリー マフラー メンズ",)),
    ("/купить-виагра-казино-онлайн-{n}", ("казино онлайн бонус", "виагра купить")),
    ("/สล็อต-บาคาร่า-{n}", ("สล็อต เว็บตรง", "บาคาร่า ออนไลน์")),
    ("/카지노-토토-{n}.php", ("카지노 사이트 추천",)),
    ("/qk{n}zt/item-{n}.html", ("казино вулкан", "казино бонус", "порно онлайн")),
    ("/안전놀이터-{n}", ("안전놀이터 검증",)),
    ("/ซื้อหวย-{n}", ("หวยออนไลน์",)),
    ("/скачать-кряк-{n}", ("скачать бесплатно кряк",)),
    ("/buy-cheap-viagra-cialis-online-{n}", ("cheap viagra", "buy cialis online")),
    ("/slot-gacor-maxwin-{n}", ("slot gacor hari ini", "situs slot gacor")),
)


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead URL with its cause, and what the inputs tell of it."""

    url: str
    cause: Cause
    domains: int
    anchors: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    redirects_to: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A site with its live pages and its dead URLs."""

    name: str
    pages: list[dict[str, Any]]
    dead: list[Dead]


def main() -> None:
    """The tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, default=None)
    parser.add_argument("--each", type=int, default=20, help="dead URLs of each site and cause")
    parser.add_argument("--no-text", action="store_true", help="withhold what is known of the old pages")
    parser.add_argument("--show", default="", help="a cause whose misses are printed")
    arguments = parser.parse_args()
    folder = arguments.sites or shared_folder() / "bench" / "redirects"
    scenes = [*(real_scene(folder / name, arguments.each) for name in SITES), *demo_scenes(arguments.each)]
    table: dict[Cause, Counter[Cause]] = defaultdict(Counter)
    kept: Counter[tuple[Cause, Disposition]] = Counter()
    for scene in scenes:
        for dead, told in diagnose_scene(scene, with_text=not arguments.no_text):
            table[dead.cause][told.diagnosis.cause] += 1
            kept[dead.cause, told.disposition] += 1
            if arguments.show == dead.cause.value and told.diagnosis.cause is not dead.cause:
                print(dead.url, told.diagnosis.cause.value, told.diagnosis.evidence, told.diagnosis.repaired_url)
    print_confusion(table)
    for cause in (Cause.INJECTED, Cause.NEVER_EXISTED):
        ends = {end.value: number for (of, end), number in kept.items() if of is cause}
        print(f"{cause.value}: {ends}")


def diagnose_scene(scene: Scene, *, with_text: bool) -> Iterator[tuple[Dead, DiagnosedUrl]]:
    """Write a scene's files, diagnose them, and pair each dead URL with its answer."""
    told: list[DiagnosedUrl] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_lines(folder / "pages.jsonl", scene.pages)
        write_lines(folder / "dead.jsonl", (dead_row(one, with_text=with_text) for one in scene.dead))
        write_links(folder / "links.csv", scene.dead)
        request = DiagnoseRequest(folder / "pages.jsonl", folder / "dead.jsonl", (folder / "links.csv",))
        diagnose_list(request, lambda event: None, told.extend)
    truth = {one.url: one for one in scene.dead}
    for row in told:
        yield truth[row.url], row


def dead_row(one: Dead, *, with_text: bool) -> dict[str, str]:
    """A line of the dead list."""
    row = {"url": one.url, "redirects_to": one.redirects_to, "status": one.status}
    return row | ({"title": one.title, "text": one.text} if with_text else {})


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_links(path: Path, dead: Sequence[Dead]) -> None:
    """A link list: each dead URL from as many domains as it has."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["referring_page", "target_url", "anchor_text"])
        for number, one in enumerate(dead):
            for domain in range(one.domains):
                anchor = one.anchors[domain % len(one.anchors)] if one.anchors else ""
                out.writerow([f"https://site{(number * 7 + domain) % 97}.example.net/{number}", one.url, anchor])


def real_scene(folder: Path, each: int) -> Scene:
    """A site of the redirect benchmark."""
    draw = Random(f"{SEED} {folder.name}")
    host = f"https://{folder.name}.example"
    pages = [{**row, "url": host + row["url"]} for row in read_rows(folder / "inventory.jsonl.gz")]
    cases = list(read_rows(folder / "cases.jsonl.gz"))
    moved = draw_from(moved_folders(cases), each, draw)
    deleted = draw_from([case for case in cases if not case["new_url"]], each, draw)
    dead = [
        *(old_page(host, case, Cause.RESTRUCTURE, draw) for case in moved),
        *(old_page(host, case, Cause.DELETED, draw) for case in deleted),
        *lost_redirects(host, cases, each // 2, draw),
        *made_of_live([page["url"] for page in pages], host, each, draw),
        *never_wanted(host, each, draw, cjk=folder.name.endswith("-cn")),
    ]
    return Scene(folder.name, pages, unlike_live(dead, pages))


def moved_folders(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases of folders from which several pages went to one other folder."""
    moves: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        if case["new_url"]:
            old, new = (case[key].rstrip("/").rsplit("/", 1)[0] for key in ("old_url", "new_url"))
            moves[old, new].append(case)
    return [case for (old, new), found in moves.items() if old != new and len(found) >= MIN_MOVED for case in found]


def old_page(host: str, case: dict[str, Any], cause: Cause, draw: Random) -> Dead:
    """A page that was there once."""
    title, text = case.get("old_title") or "", (case.get("old_text") or "")[:1_500]
    return Dead(host + case["old_url"], cause, draw.randint(1, 6), tuple(case.get("anchors") or ())[:3], title, text)


def lost_redirects(host: str, cases: Sequence[dict[str, Any]], each: int, draw: Random) -> Iterator[Dead]:
    """Pages that the site redirected once, as a capture shows."""
    for case in draw_from([case for case in cases if case["new_url"]], each, draw):
        yield Dead(host + case["old_url"], Cause.LOST_REDIRECT, draw.randint(1, 6), redirects_to=host + case["new_url"])


def made_of_live(live: Sequence[str], host: str, each: int, draw: Random) -> Iterator[Dead]:
    """Former hosts, variants and what people do to URLs."""
    for url in draw_from(live, each, draw):
        yield Dead(url.replace(host, "https://www.former.example.org"), Cause.MOVED_HOST, draw.randint(1, 5))
    yield from mangled(live, VARIANTS, Cause.SITE_VARIANT, each, draw, domains=4)
    for url in draw_from(live, each // 4, draw):
        yield Dead(url.replace("https://", "https://www."), Cause.SITE_VARIANT, draw.randint(1, 4))
    yield from mangled(live, DAMAGES, Cause.MALFORMED, each, draw, domains=1)
    yield from mangled(live, ("typo letter", "typo swap"), Cause.TYPO, each, draw, domains=1)
    yield from mangled(live, ("cut off", "cut with dots"), Cause.CUT_OFF, each, draw, domains=1)
    yield from mangled(
        live, ("wrong base", "repeated folder", "address in path"), Cause.WRONG_BASE, each, draw, domains=1
    )
    for url in draw_from(live, each // 4, draw):
        yield Dead(
            f"{url.rstrip('/')}/report-{draw.randint(10, 99)}", Cause.TEMPORARY, 2, status=draw.choice(("503", "429"))
        )


def mangled(
    live: Sequence[str], kinds: Sequence[str], cause: Cause, each: int, draw: Random, *, domains: int
) -> Iterator[Dead]:
    """Live URLs with damage of some kinds."""
    for place, url in enumerate(draw_from(live, each, draw)):
        damaged = mangling.MANGLES[kinds[place % len(kinds)]](url, draw)
        if damaged is not None:
            yield Dead(damaged, cause, draw.randint(1, domains))


def never_wanted(host: str, each: int, draw: Random, *, cjk: bool) -> Iterator[Dead]:
    """What scanners ask for, and a break-in's spam; of a site in Chinese no Japanese spam, which shares its script."""
    for path in SCANNED.read_text(encoding="utf-8").splitlines()[:SCANNER_LINES]:
        yield Dead(host + path, Cause.NEVER_EXISTED, draw.choice((0, 0, 1)))
    for number in range(each):
        path, anchors = SPAM[number % len(SPAM)] if not cjk else SPAM[CJK_SPAM + number % (len(SPAM) - CJK_SPAM)]
        yield Dead(host + path.format(n=draw.randint(100, 9_999)), Cause.INJECTED, draw.randint(2, 9), anchors)


def demo_scenes(each: int) -> Iterator[Scene]:
    """The demo's sites: pages that got another path, and pages that nothing fits."""
    for scene in read_scenes():
        draw = Random(f"{SEED} {scene.name}")
        host = f"https://{scene.name.replace(' ', '-')}.example"
        pages = [{"url": host + page.path, "title": page.title, "text": page.text} for page in scene.pages]
        dead = [
            *(
                Dead(host + page.was, Cause.RESTRUCTURE, 2, (), page.title, page.text)
                for page in scene.pages
                if page.was
            ),
            *(Dead(host + d.path, Cause.DELETED, 2, (), d.title, d.text) for d in scene.dead if d.target is None),
            *made_of_live([page["url"] for page in pages], host, each, draw),
            *never_wanted(host, each, draw, cjk=False),
        ]
        yield Scene(scene.name, pages, unlike_live(dead, pages))


def unlike_live(dead: Iterable[Dead], pages: Sequence[dict[str, Any]]) -> list[Dead]:
    """Each URL once, without those that are live after all (`www.` is another request, though the same key)."""
    live = {match_key(page["url"]) for page in pages}
    once = {one.url: one for one in dead if "//www." in one.url or match_key(one.url) not in live}
    return list(once.values())


def draw_from(items: Sequence[Any], number: int, draw: Random) -> list[Any]:
    """At most so many of them."""
    return draw.sample(list(items), min(number, len(items)))


def print_confusion(table: dict[Cause, Counter[Cause]]) -> None:
    """Rows are the truth, columns the answers."""
    shown = [cause for cause in Cause if any(row[cause] for row in table.values())]
    print(f"{'truth':<20}" + "".join(f"{cause.value[:11]:>12}" for cause in shown) + f"{'right %':>9}{'wrong %':>9}")
    for truth, row in table.items():
        asked = row.total()
        wrong = asked - row[truth] - row[Cause.UNSURE]
        shares = f"{100 * row[truth] / asked:>9.1f}{100 * wrong / asked:>9.1f}"
        print(f"{truth.value:<20}" + "".join(f"{row[cause] or '':>12}" for cause in shown) + shares)


if __name__ == "__main__":
    main()
