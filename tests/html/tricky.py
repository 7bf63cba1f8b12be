"""Documents that are easy to read wrongly, each with the links that a browser without scripting has (as addresses on
its own site, in order). test_documents.py holds us to them, test_chromium.py holds the table to Chromium."""

from typing import NamedTuple

UTF8 = "text/html; charset=utf-8"


class Document(NamedTuple):
    html: str
    links: str  # paths at the document's own origin, or whole addresses, with spaces between
    content_type: str = UTF8
    codec: str = "utf-8"


A = "<a href=/a>x</a>"

DOCUMENTS = {
    "relative": Document(
        "<a href=b>x</a><a href=./c><a href=../d><a href=?q><a href=/e/../f>", "/p/b /p/c /d /p/n?q /f"
    ),
    "empty, fragment and none": Document(
        "<a href=''>x</a><a href='#t'>x</a><a name=y>x</a><a href>x</a>", "/p/n /p/n#t /p/n"
    ),
    "base": Document("<base href=/b/c.html><a href=d>x</a>", "/b/d"),
    "base, relative": Document("<base href=../b/><a href=d>x</a>", "/b/d"),
    "base, the first counts": Document("<base href=/1/><base href=/2/><a href=d>x</a>", "/1/d"),
    "base, target only": Document("<base target=_blank><base href=/2/><a href=d>x</a>", "/2/d"),
    "base, empty": Document("<base href=''><base href=/2/><a href=d>x</a>", "/p/d"),
    "base, in the body after links": Document("<body><a href=d>x</a><p><base href=/2/>", "/2/d"),
    "base, of another site": Document(
        "<base href=//o.example/x/><a href=d>x</a><a href=/e>", "http://o.example/x/d http://o.example/e"
    ),
    "base, a script": Document("<base href=javascript:1><a href=d>x</a>", "/p/d"),
    "base, in a drawing": Document("<svg><base href=/2/></svg><a href=d>x</a>", "/p/d"),
    "base, in a template": Document("<template><base href=/2/></template><a href=d>x</a>", "/p/d"),
    "references": Document(
        "<a href='/?a=1&amp;b=2&lt=3&copy=4&copy;5&notit;'>x</a>", "/?a=1&b=2&lt=3&copy=4%C2%A95&notit;"
    ),
    "references by number": Document("<a href='&#47;a&#x2F;b&#0;&#128;&#65 c'>x</a>", "/a/b%EF%BF%BD%E2%82%ACA%20c"),
    "white space in an address": Document("<a href=' \n/a\tb\nc d\r\n '>x</a>", "/abc%20d"),
    "backslashes": Document(
        "<a href='\\a\\b'>x</a><a href='http:\\\\o.example\\c?\\'>x</a>", "/a/b http://o.example/c?\\"
    ),
    "without a scheme": Document(
        "<a href=//o.example>x</a><a href=///o.example/b>x</a>", "http://o.example/ http://o.example/b"
    ),
    "double slashes in a path": Document("<a href=/a//b///c>x</a><a href='.//d'>x</a>", "/a//b///c /p//d"),
    "host names": Document(
        "<a href=http://Bücher.Example/ß>x</a><a href=http://faß.example>x</a><a href=http://xn--bcher-kva.example>x</a>",
        "http://xn--bcher-kva.example/%C3%9F http://xn--fa-hia.example/ http://xn--bcher-kva.example/",
    ),
    "numbers as hosts": Document(
        "<a href=http://0x7f.1/a>x</a><a href=http://1.2.3/b>x</a>", "http://127.0.0.1/a http://1.2.0.3/b"
    ),
    "user names": Document(
        "<a href='http://u:p@o.example/'>x</a><a href='http://@o.example/b'>x</a>",
        "http://u:p@o.example/ http://o.example/b",
    ),
    "ports": Document(
        "<a href=http://o.example:80/a>x</a><a href=http://o.example:080/b><a href=http://o.example:8080/c>",
        "http://o.example/a http://o.example/b http://o.example:8080/c",
    ),
    "schemes": Document(
        "<a href=HTTPS://O.EXAMPLE/A>x</a><a href=http:b>x</a><a href=mailto:a@b>x</a><a href=JavaScript:x>x</a>"
        "<a href=data:text/html,x>x</a><a href=tel:1>x</a><a href=ftp://o.example/>x</a><a href=https:o.example>x</a>",
        "https://o.example/A /p/b https://o.example/",
    ),
    "broken addresses": Document(
        "<a href='http://'>x</a><a href='http://o.example:99999'>x</a><a href='http://[x]/'>x</a>" + A, "/a"
    ),
    "escapes": Document(
        "<a href='/%7e%2F%zz%/\"<>`{}?\"<>`{}|^'>x</a>", "/%7e%2F%zz%/%22%3C%3E%60%7B%7D?%22%3C%3E`{}|^"
    ),
    "unquoted attributes": Document("<a href=/a?b=c/d'e class=f>x</a><a href = /g>x</a>", "/a?b=c/d%27e /g"),
    "attributes twice": Document("<a href=/a HREF=/b rel=x>x</a>", "/a"),
    "attributes run together": Document("<a class='x'href='/a'rel='y'>x</a><a/href=/b/>x</a>", "/a /b/"),
    "upper case": Document("<A HREF=/A>x</A><AREA HREF=/B>", "/A /B"),
    "end tags left out": Document("<ul><li><a href=/a>x<li><a href=/b>y</ul><p><a href=/c>", "/a /b /c"),
    "links in links": Document("<a href=/a>x<div><a href=/b>y</a></div></a>", "/a /a /b"),
    "misnested formatting": Document("<b><a href=/a>x</b>y</a><p><i><a href=/b>z</i></p>w", "/a /a /b /b"),
    "misplaced in tables": Document("<table><a href=/a>x<tr><td><a href=/b>y</table>z", "/a /b /a"),
    "in a select": Document("<select><option><a href=/a>x</a></select><a href=/b>y</a>", "/a /b"),
    "in a button and a label": Document("<button><a href=/a>x</a></button><label><a href=/b>y</a></label>", "/a /b"),
    "frames": Document("<frameset><frame src=/f><a href=/a>x</a><noframes><a href=/b>y</a></noframes></frameset>", ""),
    "frames after text": Document("x<frameset><frame></frameset><a href=/a>x</a>", "/a"),
    "frames within": Document("<iframe srcdoc='<a href=/a>x</a>'><a href=/b>y</a></iframe><a href=/c>z</a>", "/c"),
    "templates": Document("<template><a href=/a>x</a><template>" + A + "</template></template><a href=/b>y</a>", "/b"),
    "noscript in the body": Document("<p>x<noscript><a href=/n rel=ugc>y</a></noscript>" + A, "/n /a"),
    "noscript in the head": Document(
        "<head><noscript><style>a{}</style><a href=/n>y</a></noscript><title>t</title>" + A, "/n /a"
    ),
    "noscript in a table": Document("<table><noscript><tr><td><a href=/n></noscript></table>" + A, "/n /a"),
    "noscript in noscript": Document("<noscript><noscript><a href=/n></noscript><a href=/m></noscript>", "/n /m"),
    "noscript with what is no link": Document(
        "<noscript><!--<a href=/n>--><script>'<a href=/m>'</script></noscript>" + A, "/a"
    ),
    "noscript in a drawing": Document("<svg><noscript>&lt;a href=/n></noscript></svg>" + A, "/a"),
    "noscript with an area": Document("<noscript><map><AREA href=/n></map><a\nhref=/m></noscript>", "/n /m"),
    "comments": Document(
        "<!-- <a href=/x> --><!--><a href=/a>1</a><!---><a href=/b>2</a><!-- --!><a href=/c>3</a>", "/a /b /c"
    ),
    "comments that do not end": Document("<a href=/a>1</a><!-- <a href=/x> -- > <a href=/y>", "/a"),
    "other things like comments": Document("<!x <a href=/x>><?php <a href=/y>?></ <a href=/z>><a href=/a>", "/a"),
    "conditional comments": Document("<!--[if IE]><a href=/x><![endif]--><![if !IE]><a href=/a><![endif]>", "/a"),
    "CDATA": Document("<![CDATA[<a href=/x>]]><svg><![CDATA[<a href=/y>]]></svg>" + A, "/a"),
    "scripts": Document(
        "<script>'</a><a href=/x>'</script><script><!--<script></script><a href=/y>--></script>" + A, "/a"
    ),
    "JSON-LD": Document("<script type=application/ld+json>{'url': '<a href=/x>'}</script>" + A, "/a"),
    "text elements": Document(
        "<textarea><a href=/1></textarea><title><a href=/2></title><xmp><a href=/3></xmp><style><a href=/4></style>"
        "<noembed><a href=/5></noembed>" + A,
        "/a",
    ),
    "plain text": Document(A + "<plaintext><a href=/x></plaintext><a href=/y>", "/a"),
    "objects and media": Document(
        "<object><a href=/a></a></object><video><a href=/b></a></video><canvas><a href=/c>", "/a /b /c"
    ),
    "drawings": Document(
        "<svg><a href=/a><text>t</text></a><a xlink:href=/b></a><a xlink:href=/x href=/c></a><area href=/y></svg>"
        "<a xlink:href=/z>",
        "/a /b /c",
    ),
    "HTML in drawings": Document(
        "<svg><foreignObject><a href=/a>x</a></foreignObject><desc><area href=/b></desc></svg>", "/a /b"
    ),
    "formulas": Document(
        "<math><a href=/x>x</a><mtext><a href=/a>y</a></mtext><annotation-xml encoding=text/html><a href=/b>",
        "/a /b",
    ),
    "a paragraph ends a drawing": Document("<svg><a href=/a><p><a href=/b>x", "/a /b"),
    "maps": Document("<map name=m><area href=/a alt=x><area href=/b nohref></map><area href=/c>", "/a /b /c"),
    "hidden": Document(
        "<div hidden><a href=/a></div><p style='display:none'><a href=/b><dialog><a href=/c>", "/a /b /c"
    ),
    "NUL and controls": Document("<a href='/a\0b'>x</a><a\0 href=/x><a href='/\x01c'>y</a>", "/a%EF%BF%BDb /%01c"),
    "cut in a tag": Document(A + "<a href=/b", "/a"),
    "cut in an attribute": Document(A + "<a href='/b>x</a><p>y", "/a"),
    "cut in a reference": Document("<a href='/a&am'>x</a>&am", "/a&am"),
    "XHTML as HTML": Document(
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><a href='/a'/><p/>", "/a"
    ),
    "body and html twice": Document("<body><a href=/a></body></html><a href=/b><body><html><a href=/c>", "/a /b /c"),
    "declared in the header": Document("<a href='/ü?ü'>", "/%C3%BC?%FC", "text/html; charset=iso-8859-1", "cp1252"),
    "declared in the page": Document(
        "<meta charset=windows-1251><a href='/я?я€&eacute;'>", "/%D1%8F?%FF%88%26%23233%3B", "text/html", "cp1251"
    ),
    "declared twice": Document(
        "<meta charset=koi8-r><a href='/я?я'>", "/%D1%8F?%FF", "text/html; charset=windows-1251", "cp1251"
    ),
    "byte order mark": Document(
        "<meta charset=koi8-r><a href='/я?я'>", "/%D1%8F?%D1%8F", "text/html; charset=koi8-r", "utf-8-sig"
    ),
    "UTF-16": Document("<a href='/я?я'>", "/%D1%8F?%D1%8F", "text/html", "utf-16"),
    "Shift_JIS": Document(
        "<meta charset=shift_jis><a href='/日?本ソ#日'>", "/%E6%97%A5?%96{%83\\#%E6%97%A5", "text/html", "cp932"
    ),
    "ISO-2022-JP": Document(
        "<meta charset=iso-2022-jp><a href='/日?日本a'>", "/%E6%97%A5?%1B$BF|K\\%1B(Ba", "text/html", "iso2022_jp"
    ),
    "GBK": Document("<meta charset=gbk><a href='/页?页'>", "/%E9%A1%B5?%D2%B3", "text/html", "gbk"),
    "EUC-KR, from the header": Document(
        "<a href='/가?가'>", "/%EA%B0%80?%B0%A1", "text/html; charset=euc-kr", "euc_kr"
    ),
    "said to be UTF-8 and is not": Document(
        "<meta charset=utf-8><a href='/été?é'>", "/%EF%BF%BDt%EF%BF%BD?%EF%BF%BD", "text/html", "cp1252"
    ),
    "one bad byte": Document("<a href='/é\udcff'>", "/%C3%A9%EF%BF%BD"),
    "five hundred deep": Document("<div>" * 600 + A + "</div>" * 600 + "<a href=/b>", "/a /b"),
}
