"""Records of an old system, found by the addresses that links name."""

from pathlib import Path

import pytest

from linkreclaim.errors import UnknownFormatError
from linkreclaim.inventory.old_records import OldRecords, check_old_records
from linkreclaim.urls import Url, match_key, parse

PRODUCTS = "Handle,Title,Body (HTML),Vendor,Variant SKU\n,,no handle,,\nmug,Blue mug,A mug,Acme,M-1\n"


def url(address: str) -> Url:
    parsed = parse(address)
    assert parsed is not None
    return parsed


ORIGINS = [url("https://new.example/"), url("https://old.example/"), url("https://older.example/")]


def records(tmp_path: Path, content: str, *asked: str) -> OldRecords:
    path = tmp_path / "old.csv"
    path.write_text(content, encoding="utf-8")
    check_old_records(path, ORIGINS)
    return OldRecords([path], ORIGINS, {key for address in asked if (key := match_key(address))})


def found(held: OldRecords, address: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.url, one.title, one.ids) for one in held.find(url(address))]


@pytest.mark.parametrize("host", ["new.example", "old.example", "older.example"])
def test_relative_addresses_belong_to_every_host_of_the_site(tmp_path: Path, host: str) -> None:
    asked = f"http://www.{host}/products/mug"
    held = records(tmp_path, PRODUCTS, asked)
    assert found(held, asked) == [(f"https://{host}/products/mug", "Blue mug", ("handle:mug", "sku:m-1"))]
    assert len(held.problems) == 1
    assert not held.find(url("https://else.example/products/mug"))


def test_absolute_addresses_belong_to_their_own_host_and_count_once(tmp_path: Path) -> None:
    pages = "url,title\nhttps://old.example/a,A\n/b,B\n"
    asked = [f"https://{host}/{name}" for host in ("new.example", "old.example") for name in "ab"]
    held = records(tmp_path, pages, *asked)
    assert [[title for _, title, _ in found(held, address)] for address in asked] == [[], ["B"], ["A"], ["B"]]


def test_a_list_of_a_former_hosts_addresses_without_their_scheme(tmp_path: Path) -> None:
    held = records(tmp_path, "old.example/a\nold.example/b\n", "https://old.example/b")
    assert found(held, "https://old.example/b") == [("https://old.example/b", "", ())]
    with pytest.raises(UnknownFormatError, match=r"old\.csv: no page list"):
        records(tmp_path, "nothing of the kind\n", "https://old.example/b")


def test_shopify_products_below_a_collection(tmp_path: Path) -> None:
    asked = "https://new.example/collections/gifts/products/mug?variant=3"
    held = records(tmp_path, PRODUCTS, asked)
    assert found(held, asked) == [("https://new.example/products/mug", "Blue mug", ("handle:mug", "sku:m-1"))]
    assert not held.find(url("https://new.example/collections/gifts"))
    own = "url,title\n/collections/gifts/products/mug,Gift mug\n/products/mug,Blue mug\n"
    address = "https://new.example/collections/gifts/products/mug"
    assert [title for _, title, _ in found(records(tmp_path, own, address), address)] == ["Gift mug"]
