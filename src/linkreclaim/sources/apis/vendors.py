"""The vendors whose interfaces are known; each client is loaded when it is asked for."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from linkreclaim.sources.apis.interface import Vendor

VENDOR_NAMES = ("ahrefs", "semrush", "moz", "majestic", "dataforseo", "bing", "yandex", "gsc")
"""What `--from` takes, in the order in which they are asked: those asked URL by URL come last, when dead ones are
known."""


class _Vendors(Mapping[str, Vendor]):
    def __getitem__(self, name: str) -> Vendor:
        if name not in VENDOR_NAMES:
            raise KeyError(name)
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(VENDOR_NAMES)

    def __len__(self) -> int:
        return len(VENDOR_NAMES)


@cache
def _load(name: str) -> Vendor:
    vendor: Vendor = import_module(f"{__package__}.{name}").VENDOR
    return vendor


VENDORS: Mapping[str, Vendor] = _Vendors()
