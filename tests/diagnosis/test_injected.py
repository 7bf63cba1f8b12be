"""Spam that break-ins leave is told from pages about the same things, from foreign readers, and from the site's own."""

import pytest

from linkreclaim.diagnosis import DiagnosisFacts, SiteVocabulary, diagnose, vocabulary_of
from linkreclaim.model.judgements import Cause
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import LivePage
from linkreclaim.model.verdicts import Verdict, VerdictKind
from linkreclaim.urls import parse

HOST = "https://church.example.com"
SITE = vocabulary_of(
    LivePage(f"{HOST}/{name}", title, text="The parish office answers questions about services and events.")
    for name, title in (
        ("services/sunday", "Sunday services"),
        ("events/summer-fair", "The summer fair"),
        ("about/history", "History of the parish"),
        ("about/specialists", "Specialists for the organ"),
        ("news/new-roof", "The new roof"),
        ("news/choir", "The choir sings"),
    )
)


def cause_of(
    path: str,
    anchors: tuple[str, ...] = (),
    *,
    captured: bool = False,
    old_title: str = "",
    site: SiteVocabulary = SITE,
) -> tuple[Cause, str | None]:
    url = parse(HOST + path)
    assert url is not None
    facts = DiagnosisFacts(
        url=url,
        verdict=Verdict(VerdictKind.NOT_FOUND, "404", 0.97),
        referring_domains=4,
        anchors=anchors,
        had_capture=captured,
        neighbours_dead=0,
        neighbours_alive=4,
        on_old_host=False,
        match=Match(url.href, None, 0.1, (), "nothing is near"),
        mapped_like=0,
        old_title=old_title,
        site=site,
    )
    found = diagnose(facts, None)
    return found.cause, found.repaired_url


@pytest.mark.parametrize(
    ("path", "anchors"),
    [
        ("/buy-cheap-viagra-cialis-online", ("cheap viagra", "cialis online")),
        ("/?s=slot-gacor-maxwin", ("slot gacor hari ini",)),
        ("/wp/rolex-replica-outlet", ("cheap rolex",)),
        ("/shop/スーパーコピー-激安-通販.html", ()),
        ("/news/バーバリー-マフラー-メンズ.html", ("バーバリー マフラー",)),
        ("/купить-ковры-недорого", ("ковры недорого", "купить ковры")),
        ("/qk81zt/item-7.html", ("казино вулкан", "казино бонус", "порно онлайн")),
    ],
)
def test_injected_spam_is_told_and_never_repaired(path: str, anchors: tuple[str, ...]) -> None:
    assert cause_of(path, anchors) == (Cause.INJECTED, None)


@pytest.mark.parametrize(
    ("path", "anchors"),
    [
        ("/health/viagra-turns-20", ("the story of Viagra",)),
        ("/casino-royale-film-review", ("Casino Royale", "review")),
        ("/poker-through-the-ages", ("an exhibition about poker",)),
        ("/about/new-specialist-for-the-organ", ("specialist",)),
        ("/services/evening", ("buy cheap viagra and cialis",)),
        ("/events/harvest-festival", ("教会の祭り", "秋の祭り")),
        ("/judicial-review", ("essay",)),
    ],
)
def test_real_pages_and_foreign_readers_are_not_spam(path: str, anchors: tuple[str, ...]) -> None:
    assert cause_of(path, anchors)[0] is not Cause.INJECTED


def test_what_the_archive_knows_as_a_page_of_the_site_is_not_spam() -> None:
    assert cause_of("/news/秋の祭り", ("秋の祭り",), captured=True)[0] is not Cause.INJECTED
    assert cause_of("/news/秋の祭り", (), captured=True, old_title="Autumn fair")[0] is not Cause.INJECTED


def test_an_archived_copy_of_the_spam_is_no_page_of_the_site() -> None:
    spam = cause_of("/news/激安-財布-通販", ("激安 財布",), captured=True, old_title="激安 財布 通販 公式")
    assert spam == (Cause.INJECTED, None)
    pills = cause_of("/buy-cheap-viagra", ("viagra", "cialis"), captured=True, old_title="Cheap Viagra and Cialis")
    assert pills == (Cause.INJECTED, None)


def test_words_and_scripts_of_the_site_itself_do_not_count() -> None:
    own = vocabulary_of(
        LivePage(f"{HOST}/{n}", title) for n, title in enumerate(["Casino poker bonus", "Казино и покер"] * 4)
    )
    assert {"casino", "poker"} <= own.words
    assert own.scripts == {"LATIN", "CYRILLIC"}
    assert cause_of("/casino-poker-online", ("casino poker",), site=own)[0] is not Cause.INJECTED
    assert cause_of("/новости", ("новости клуба",), site=own)[0] is not Cause.INJECTED


def test_a_single_foreign_page_makes_no_script_the_site_s_own() -> None:
    """It may be what the break-in left."""
    pages = [LivePage(f"{HOST}/{n}", "Sunday services") for n in range(9)]
    hacked = vocabulary_of([*pages, LivePage(f"{HOST}/x", "激安 財布")])
    assert hacked.scripts == {"LATIN"}
    assert hacked.alien_scripts("激安 sale") == {"CJK"}


def test_of_few_pages_nothing_is_known() -> None:
    site = vocabulary_of([LivePage(f"{HOST}/a", "Services")])
    assert not site.known
    assert not site.alien_scripts("激安")
    assert site.share_known_0_1("services") is None
