"""Pages as they were and what became of them: real ones of the redirect benchmark, or made-up ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

from benchmarks.matching.sites import BenchSite, Case, page_key, read_site

from linkreclaim.model.pages import LivePage

REAL_SITES = (
    *("azure-dev-docs-de", "cypress-docs", "dapr", "dart-dev", "hugo-docs"),
    *("kittygiraudel", "kubeflow", "pingcap-docs-cn", "tts-handbook", "ubuntu-server"),
)
"""Sites with many real old texts that differ from the page that replaced them; English, German and Chinese."""
DELETED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the old site with the pages that are right for it today (none: nothing fits)."""

    title: str
    text: str
    lang: str
    right: frozenset[str]  # page keys


@dataclass(frozen=True, slots=True)
class Relaunch:
    """What one site had and has."""

    site: str
    stories: tuple[Story, ...]
    live: tuple[LivePage, ...]


def real_relaunch(folder: Path, limit: int, random: Random) -> Relaunch:
    """A site of the redirect benchmark: its old pages with their text, and its inventory as the new site.

    A tenth of the pages with a successor lose it, and all its twins, to be the deleted ones.
    """
    site = read_site(folder)
    told = [case for case in site.cases if case.dead.text and case.dead.title]
    random.shuffle(told)
    deleted = {key for case in told if random.random() < DELETED_SHARE for key in case.right}
    stories = tuple(_story(site, case, deleted) for case in told[:limit])
    return Relaunch(site.name, stories, tuple(page for page in site.pages if page_key(page.url) not in deleted))


def _story(site: BenchSite, case: Case, deleted: set[str]) -> Story:
    langs = {page.lang for page in site.pages if page_key(page.url) in case.right}
    return Story(case.dead.title, case.dead.text, next(iter(sorted(langs)), "en") or "en", case.right - deleted)


WORDS = {
    "en": (
        ("table", "chair", "shelf", "lamp", "bench", "stool", "cabinet", "desk", "mirror", "bed"),
        ("oak", "walnut", "birch", "steel", "bamboo", "glass", "pine", "ash"),
        ("natural", "black", "white", "grey", "smoked"),
        ("Made for small rooms", "Built to order", "A quiet classic", "Easy to take apart", "For many years of use"),
    ),
    "de": (
        ("Tisch", "Stuhl", "Regal", "Lampe", "Bank", "Hocker", "Schrank", "Spiegel"),
        ("Eiche", "Nussbaum", "Birke", "Stahl", "Bambus", "Glas", "Kiefer"),
        ("natur", "schwarz", "weiss", "grau", "geräuchert"),
        ("Für kleine Räume", "Auf Bestellung gebaut", "Ein stiller Klassiker", "Leicht zerlegbar"),
    ),
    "fr": (
        ("table", "chaise", "étagère", "lampe", "banc", "tabouret", "armoire", "miroir"),
        ("chêne", "noyer", "bouleau", "acier", "bambou", "verre", "pin"),
        ("naturel", "noir", "blanc", "gris", "fumé"),
        ("Pour les petites pièces", "Fabriqué sur commande", "Un classique discret", "Facile à démonter"),
    ),
}
"""Thing, wood, finish and sentences of the made-up shops: goods that differ in a word."""


def made_up_relaunch(lang: str, limit: int, random: Random) -> Relaunch:
    """A shop whose goods differ in a word, renamed by a new scheme and with new texts; a tenth are gone."""
    things, woods, finishes, sentences = WORDS[lang]
    goods = list(product(things, woods, finishes))
    random.shuffle(goods)
    stories, live = [], [LivePage("https://site.example/", "Shop")]
    for number, (thing, wood, finish) in enumerate(goods[: limit * 2]):
        url = f"https://site.example/{lang}/goods/{number:x}-{random.randrange(16**6):06x}"
        new = f"{thing} {_model(random)}, {wood}" + ("" if random.random() < 0.5 else f" {finish}")
        text = f"{random.choice(sentences)}. {wood}, {finish}. {random.choice(sentences)}."
        gone = random.random() < DELETED_SHARE
        if not gone:
            live.append(LivePage(url, new, headings=(new,), text=text, lang=lang))
        if number < limit:
            old = f"{wood} {thing} {finish}"
            right = frozenset() if gone else frozenset({page_key(url)})
            stories.append(Story(old, f"{old}. {random.choice(sentences)}. {random.choice(sentences)}.", lang, right))
    return Relaunch(f"shop-{lang}", tuple(stories), tuple(live))


def _model(random: Random) -> str:
    return "".join(
        random.choice(part) for part in (("Ka", "Lo", "Ve", "Ti"), ("ren", "mia", "sto", "lund"), ("", " II"))
    )


def relaunches(sites: Path, names: Sequence[str], limit: int) -> Iterator[Relaunch]:
    """The real sites that are there, then the made-up shops."""
    for name in names:
        if (sites / name / "cases.jsonl.gz").exists():
            yield real_relaunch(sites / name, limit, Random(name))
    for lang in WORDS:
        yield made_up_relaunch(lang, limit, Random(lang))
