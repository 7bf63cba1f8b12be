"""A relaunch audited by the real command over real HTTP, with and without the export of the old system."""

from random import Random

from benchmarks.old_site.command import audit
from benchmarks.old_site.stories import made_up_relaunch


def test_the_old_shop_s_list_finds_numbered_products_by_their_article_numbers() -> None:
    relaunch = made_up_relaunch("de", 12, Random(4))
    found = audit("numbered shop", "kept", relaunch, [])
    assert found["URL alone"].right <= 1
    assert found["--old"].right == found["--old"].with_target > 8
    assert found["--old"].said95_right == found["--old"].said95 == found["--old"].with_target
