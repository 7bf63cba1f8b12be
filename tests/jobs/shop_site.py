"""A site of forty pages whose own links have what such links get in time: dead menus, old addresses, soft 404s."""

from tests.jobs.web import NOT_FOUND, Host, Page

TOPICS = (
    "oak table",
    "pine bench",
    "beech chair",
    "walnut desk",
    "maple shelf",
    "cherry bed",
    "ash stool",
    "elm chest",
)
CARE = ("oiling", "waxing", "sanding", "storing", "moving")
PRODUCTS = {f"{topic.replace(' ', '-')}-{size}": (topic, size) for topic in TOPICS for size in ("small", "large")}
GUIDES = {f"{work}-{topic.split()[0]}": (work, topic) for work in CARE for topic in TOPICS[:4]}
HOSTILE = '=HYPERLINK("http://evil.example/","won")'

NAV = (
    "<nav><a href='/'>Home</a> <a href='/products/'>Products</a> <a href='/guides/'>Guides</a>"
    " <a href='/sale-2019'>Winter sale</a></nav>"
)
FOOTER = (
    "<footer><a href='mailto:shop@example.com'>Mail</a> <a href='javascript:void(0)'>Up</a> <a href='#top'>Top</a>"
    " <a href='http://elsewhere.example/'>Partner</a> <a href='/imprint'>Imprint</a>"
    " <a href='/account'>Account</a></footer>"
)


def body(title: str, text: str, head: str = "") -> Page:
    """A page with the site's menu and footer."""
    page = f"<title>{title}</title>{head}{NAV}<main><h1>{title}</h1>{text}</main>{FOOTER}"
    return 200, {}, page


def _product(name: str) -> Page:
    topic, size = PRODUCTS[name]
    text = f"<p>The {size} {topic}, built by hand from solid wood and delivered with its own {topic} warranty.</p>"
    text += f"<p>See <a href='/guides/oiling-{topic.split()[0]}#care'>how to oil it</a>.</p>"
    if name == "oak-table-small":
        text += "<p><a href='/products/oak-table-larg'>the larger one</a> <a href='/catalogue/lamps'>lamps</a></p>"
        text += f"<p><a href='/missing?x=;=1+1&y=\u202e'>{HOSTILE}</a></p>"
        text += "<map name='m'><area href='/map-target' alt='the map'></map>"
    return body(f"{topic.title()} {size}", text)


def _guide(name: str) -> Page:
    work, topic = GUIDES[name]
    text = f"<p>When {work} a {topic}, work along the grain and let the surface rest for a day before using it.</p>"
    if name == "oiling-oak":
        text += "<p><a href='/guide/waxing-oak'>waxing</a> <a href='/today'>today</a> <a href='/twice'>twice</a></p>"
        return body(f"{work.title()} a {topic}", text)
    if name == "sanding-oak":  # relative to its base, not to itself
        text += "<p><a href='pine-bench-large'>the bench</a> <a href='no-such-bench'>another bench</a></p>"
        return body(f"{work.title()} a {topic}", text, "<base href='/products/'>")
    return body(f"{work.title()} a {topic}", text)


def _list(title: str, folder: str, names: list[str]) -> Page:
    links = "".join(f"<li><a href='/{folder}/{name}'>{name.replace('-', ' ')}</a></li>" for name in names)
    return body(title, f"<ul>{links}</ul>")


REDIRECTS = {
    "/guide/waxing-oak": (301, "/guides/waxing-oak"),
    "/today": (302, "/guides/moving-pine"),
    "/twice": (301, "/once"),
    "/once": (308, "/guides/storing-pine"),
    "/account": (302, "/login?next=/account"),
}


def shop(path: str) -> Page:
    """What the site answers; below /catalogue it calls its error page a success."""
    folder, _, name = path.strip("/").partition("/")
    if path == "/":
        return body("Wood and more", "<p>Furniture made by hand, and how to keep it for a lifetime.</p>")
    if path in REDIRECTS:
        status, location = REDIRECTS[path]
        return status, {"Location": location}, ""
    if path in ("/products/", "/guides/"):
        return _list(folder.title(), folder, list(PRODUCTS if folder == "products" else GUIDES))
    if folder == "products" and name in PRODUCTS:
        return _product(name)
    if folder == "guides" and name in GUIDES:
        return _guide(name)
    if path == "/imprint":
        return body("Imprint", "<p>Responsible for the content: the joiners of this shop, in their own workshop.</p>")
    if path.startswith("/login"):
        return body("Sign in", "<form><input type=password></form>")
    if folder == "catalogue":
        return body("Page not found", "<p>Sorry, the page you are looking for does not exist.</p>")
    return NOT_FOUND


def shop_host() -> Host:
    """The site as a host to serve."""
    return Host(shop)
