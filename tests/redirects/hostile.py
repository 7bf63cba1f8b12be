"""A map of hostile pairs: everything that has broken a redirect file, once in a source and once in a target."""

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site

SITE = Site("site.test", "http", old_hosts=("old.example", "former.example:8081"))

_CHARACTERS = " +().$%\"\\;{}*:'!@&=,~|^[]<>`-_"

_SOURCES = [
    *(f"/in{character}side.html" for character in _CHARACTERS),
    *(f"/{character}" for character in _CHARACTERS if character not in " ."),
    *(f"/end/{character}{character}" for character in _CHARACTERS if character not in " ."),
    *(f"/café/{name}" for name in ("été", "При", "中文", "emoji-😀", "نیم‌فاصله")),
    *(f"/encoded/{name}" for name in ("caf%C3%A9", "caf%c3%a8", "%D0%9F", "latin%E9", "%F0%9F%98%80", "%7Etilde")),
    *("/enc%2Fslash", "/enc%2fother", "/two//slashes", "//front", "/tail//", "/newline%0A", "/tab%09x", "/bell%07"),
    *("/space%20", "/%20space", "/hash%23tag", "/question%3Fmark", "/percent%2541", "/plus%2Bplus", "/100%"),
    *(f"/index.php?id={number}" for number in range(1, 11)),
    *("/index.php", "/q?a[]=1&b={x}|y", "/q?p=$1${HOME}", "/q?back\\slash", "/q?quote=%22", "/q?Case=A", "/q?case=a"),
    *("/q?x=é", "/q?100%", "/q?a=1;b=2", "/q?%{QUERY_STRING}", "/q?=", "/q?a=b?c=d"),
    *("/Case/Twin", "/case/twin", "/CASE/TWIN", "/case/Twin?x=1", "/case/twin?x=1", "/case/twin?X=1"),
    *("/old", "/old/", "/old-a", "/old/a", "/oldest", "/old.html", "/old/index.html", "/o"),
    *("/a.b", "/a+b", "/a*b", "/a(b)c", "/a[b]c", "/a|b", "/^a", "/a$", "/$1", "/%1", "/${HOME}", "/%{HTTP_HOST}"),
    *("/~user", "/~^/regex$", "/default", "/include", "/hostnames", "/volatile", "/only#fragment", "/page#fragment"),
    "/long/" + "/".join(["segment" * 20] * 10) + "/end",
    "/" + "x" * 1500,
    "/" + "/".join(["y" * 100] * 15),
    "/" + "/".join(["é" * 50] * 10),
    *("/index.html\\", "/q\"uote'd", "/a b c", "/tab;rm -rf {}", "/</script><script>", "/'; DROP TABLE", "/a=b&c=d"),
    *("http://old.example/", "https://www.old.example/old", "https://old.example/Ünï?x=1", "http://old.example/a%2Fb"),
    *("https://old.example/OLD", "http://former.example:8081/old", "http://former.example:8081/only there"),
]

_TARGETS = [
    "/new/{n}",
    "/new/{n}#section",
    "/new/{n}?x=1",
    "/new/{n}?x=1&y=2#section",
    "https://site.test/new/{n}",
    "https://www.site.test/new/{n}?x=1#top",
    "https://elsewhere.example/new/{n}",
    "/new/{n}/été",
    "/new/{n}/%C3%A9/%c3%a9",
    "/new/{n}/$1/${{HOME}}/%1/%{{HTTP_HOST}}",
    "/new/{n}/%241/%25/100%",
    "/new/{n}/a b;c{{d}}e\"f'g\\h*i:j|k^l",
    "/new/{n}?q=$1&r=${{PATH}}&s=%{{ENV:X}}&t='\"|",
    "/new/{n}/%2F/%3F/%23",
    "/new/{n}/(a)+[b].html",
    "/New/{n}/Case",
    "/new/{n}?a=b?c&d=e/f",
    "/new/{n}#/route?x=1&y",
    "/new/{n}?x=1#/route?y#z",
]


def hostile_lines() -> list[RedirectLine]:
    """At least 150 lines, each with its own target."""
    return [
        RedirectLine(source, _TARGETS[number % len(_TARGETS)].format(n=number), line=number + 2)
        for number, source in enumerate(_SOURCES)
    ]
