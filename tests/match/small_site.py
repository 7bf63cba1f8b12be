"""A small site to match against."""

from linkreclaim import urls
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.urls import Url

ORIGIN = "https://www.example.com"


def home() -> Url:
    """The home page of the test sites."""
    parsed = urls.parse(ORIGIN + "/")
    assert parsed is not None
    return parsed


def page(path: str, title: str = "", text: str = "", **more: object) -> LivePage:
    """A live page of the test site."""
    return LivePage(ORIGIN + path, title=title, text=text, **more)  # type: ignore[arg-type]


def gone(path: str, title: str = "", text: str = "", **more: object) -> DeadPage:
    """A dead page of the test site."""
    return DeadPage(ORIGIN + path, title=title, text=text, **more)  # type: ignore[arg-type]


BREAD = (
    "Mix flour, water, salt and sourdough starter, knead the dough and bake the loaf in a hot oven for forty minutes."
)
TEA = "Green tea leaves are steamed, rolled and dried; brew them with water that is not quite boiling for two minutes."
BIKE = "Clean the bicycle chain with degreaser, dry it with a cloth and put one drop of oil on every link of the chain."
TENT = "Pitch the tent on flat ground, peg the corners, raise the poles and tighten all guy lines against the wind."

SITE = (
    page("/", "Example", "Welcome to our site about food and the outdoors."),
    page("/about-us/", "About us | Example", "Who we are and how to reach the people behind this site."),
    page("/food/", "Food | Example", "All our recipes and kitchen guides."),
    page("/food/baking-sourdough-bread/", "Baking sourdough bread | Example", BREAD),
    page("/food/brewing-green-tea/", "Brewing green tea | Example", TEA),
    page("/food/roasting-coffee-beans/", "Roasting coffee beans | Example", "Roast the beans until the second crack."),
    page("/outdoors/", "Outdoors | Example", "Hiking, cycling and camping guides."),
    page("/outdoors/cleaning-a-bicycle-chain/", "Cleaning a bicycle chain | Example", BIKE),
    page("/outdoors/pitching-a-tent/", "Pitching a tent | Example", TENT),
    page("/outdoors/reading-a-map/", "Reading a map | Example", "Contour lines, scale and compass bearings explained."),
    page("/contact/", "Contact | Example", "Write to us by post or by mail."),
)
