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

_SOURCES += [
    *(f"/twin/{name}" for name in ("A", "a", "Ab", "aB", "AB", "ab", "Ä", "ä", "ß", "ẞ")),
    *(f"/dots{name}" for name in ("/a.", "/.b", "/..c", "/a..b", "/a.html.", "/.well-known/x")),
    *(f"/braces/{name}" for name in ("{path}", "{host}", "{$HOME}", "{env.HOME}", "{}", "}{", "{http.error}")),
    *(f"/lua/{name}" for name in ("%%", "[[x]]", "]]", "--x", "a%sb", "\\n", "^a$", "(.-)")),
    *(f"/flag [{name}]" for name in ("R=301,L", "E=X:y", "G")),
    *("/`tick`", "/`{$HOME}`", "/a`b\\", "/a%23b", "/=eq", "/^hat", "/~tilde", "/@at", "/301 ? /x", "/a|b|c"),
    *("/q?a=%2F", "/q?%", "/q?#x", "/q?a=b#c", "/q?{host}", "/q?`", "/q?a=1&a=2", "/q?a=2&a=3"),
    *("/raw\u200cjoiner", "/nbsp\u00a0x", "/" + "%C3%A9" * 330, "/" + "k" * 1990),
    *("https://old.example/{host}", "https://old.example/q?x=1", "https://old.example/%E9", "https://old.example/`"),
]

_STATUSES = (301, 301, 308, 301, 302, 301, 307)

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
    """At least 240 lines, each with its own target; some are gone."""
    return [_line(number, source) for number, source in enumerate(_SOURCES)]


def _line(number: int, source: str) -> RedirectLine:
    if number % 23 == 22:
        return RedirectLine(source, None, 410, line=number + 2)
    target = _TARGETS[number % len(_TARGETS)].format(n=number)
    return RedirectLine(source, target, _STATUSES[number % len(_STATUSES)], line=number + 2)
