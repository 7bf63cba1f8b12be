"""What a small plan becomes on every hosted platform, looked over by eye against the grammar each writer names."""

GOLDEN = {
    "aws-cloudfront": """\
{"data":[
{"key": "/shop?id=7", "value": "301 https://site.test/hat"},
{"key": "/old,page", "value": "301 /new"},
{"key": "/plain", "value": "301 /page"},
{"key": "/caf%C3%A9", "value": "301 /kaffee?x=1&y=2"},
{"key": "old.example/a", "value": "301 http://site.test/b"},
{"key": "/gone", "value": "410"}
]}
""",
    "aws-s3": """\
{"Key": "old,page", "WebsiteRedirectLocation": "/new"}
{"Key": "plain", "WebsiteRedirectLocation": "/page"}
{"Key": "caf\\u00e9", "WebsiteRedirectLocation": "/kaffee?x=1&y=2"}
""",
    "cloudflare": """\
# a test
/old,page /new 301
/plain /page 301
/caf%C3%A9 /kaffee?x=1&y=2 301
/blog/* /news/:splat 301
/tag/:pa /topic/:pa/ 301
""",
    "cloudflare-bulk": """\
"site.test/old,page",http://site.test/new,301,TRUE,FALSE,FALSE,FALSE
"www.site.test/old,page",http://site.test/new,301,TRUE,FALSE,FALSE,FALSE
site.test/plain,http://site.test/page,301,TRUE,FALSE,FALSE,FALSE
www.site.test/plain,http://site.test/page,301,TRUE,FALSE,FALSE,FALSE
site.test/caf%C3%A9,http://site.test/kaffee?x=1&y=2,301,FALSE,FALSE,FALSE,FALSE
www.site.test/caf%C3%A9,http://site.test/kaffee?x=1&y=2,301,FALSE,FALSE,FALSE,FALSE
old.example/a,http://site.test/b,301,TRUE,FALSE,FALSE,FALSE
www.old.example/a,http://site.test/b,301,TRUE,FALSE,FALSE,FALSE
site.test/blog/,http://site.test/news/,301,TRUE,FALSE,TRUE,TRUE
www.site.test/blog/,http://site.test/news/,301,TRUE,FALSE,TRUE,TRUE
""",
    "django": """\
[
 {
  "model": "redirects.redirect",
  "fields": {
   "site": 1,
   "old_path": "/old,page",
   "new_path": "/new"
  }
 },
 {
  "model": "redirects.redirect",
  "fields": {
   "site": 1,
   "old_path": "/plain",
   "new_path": "/page"
  }
 },
 {
  "model": "redirects.redirect",
  "fields": {
   "site": 1,
   "old_path": "/caf%C3%A9",
   "new_path": "/kaffee?x=1&y=2"
  }
 },
 {
  "model": "redirects.redirect",
  "fields": {
   "site": 1,
   "old_path": "/shop?id=7",
   "new_path": "https://site.test/hat"
  }
 },
 {
  "model": "redirects.redirect",
  "fields": {
   "site": 1,
   "old_path": "/gone",
   "new_path": ""
  }
 }
]
""",
    "docusaurus": """\
[
  {
    "from": [
      "/plain"
    ],
    "to": "/page"
  }
]
""",
    "drupal": """\
source,destination,language,status_code
"old,page",/new,und,301
plain,/page,und,301
café,/kaffee?x=1&y=2,und,301
shop?id=7,https://site.test/hat,und,301
""",
    "hubspot": """\
Original URL,Destination URL,Redirect Style
"/old,page",/new,301
/plain,/page,301
/caf%C3%A9,/kaffee?x=1&y=2,301
""",
    "hugo": """\
# a test
"/new":
  aliases:
    - "/old,page"
"/page":
  aliases:
    - "/plain"
""",
    "iis": """\
<?xml version="1.0" encoding="utf-8"?>
<rewriteMaps>
    <rewriteMap name="linkreclaim-host-path-301">
      <add key="old.example/a" value="http://site.test/b" />
    </rewriteMap>
    <rewriteMap name="linkreclaim-site-query-301">
      <add key="/shop?id=7" value="https://site.test/hat" />
    </rewriteMap>
    <rewriteMap name="linkreclaim-site-path-301">
      <add key="/old,page" value="/new" />
      <add key="/plain" value="/page" />
      <add key="/caf%C3%A9" value="/kaffee?x=1&amp;y=2" />
    </rewriteMap>
    <rewriteMap name="linkreclaim-site-path-410">
      <add key="/gone" value="gone" />
    </rewriteMap>
</rewriteMaps>
""",
    "jekyll": """\
# a test
"/new":
  redirect_from:
    - "/old,page"
"/page":
  redirect_from:
    - "/plain"
""",
    "mkdocs": """\
# a test
plugins:
  - redirects:
      redirect_maps:
        "old,page/index.md": "http://site.test/new"
        "plain/index.md": "http://site.test/page"
        "café/index.md": "http://site.test/kaffee?x=1&y=2"
""",
    "netlify": """\
# a test
https://old.example/a http://site.test/b 301!
https://www.old.example/a http://site.test/b 301!
http://old.example/a http://site.test/b 301!
http://www.old.example/a http://site.test/b 301!
/shop id=7 https://site.test/hat 301!
/old,page /new 301!
/plain /page 301!
/caf%C3%A9 /kaffee?x=1&y=2 301!
/blog/* /news/:splat 301!
/tag/:pa /topic/:pa/ 301
""",
    "next": """\
{"source": "/a{/}?", "destination": "http://site.test/b", "statusCode": 301, "has": [{"type": "host", "value": "(?:www\\\\.)?old\\\\.example"}]}
{"source": "/shop{/}?", "destination": "https://site.test/hat", "statusCode": 301, "has": [{"type": "query", "key": "id", "value": "7"}]}
{"source": "/old,page{/}?", "destination": "/new", "statusCode": 301}
{"source": "/plain{/}?", "destination": "/page", "statusCode": 301}
{"source": "/caf%C3%A9{/}?", "destination": "/kaffee?x=1&y=2", "statusCode": 301}
{"source": "/blog/", "destination": "/news/", "statusCode": 301}
{"source": "/blog/:pa(.+)", "destination": "/news/:pa", "statusCode": 301}
{"source": "/tag/:pa([^/]+)", "destination": "/topic/:pa/", "statusCode": 301}
""",  # noqa: E501
    "rank-math": """\
id,source,matching,destination,type,category,status
,"/old,page",exact,/new,301,,active
,/plain,exact,/page,301,,active
,/caf%C3%A9,exact,/kaffee?x=1&y=2,301,,active
,/gone,exact,,410,,active
""",
    "shopify": """\
Redirect from,Redirect to
"/old,page",/new
/plain,/page
/caf%C3%A9,/kaffee?x=1&y=2
""",
    "squarespace": """\
/old,page -> /new 301
/plain -> /page 301
/caf%C3%A9 -> /kaffee?x=1&y=2 301
""",
    "traefik": """\
http:
  middlewares:
    linkreclaim:
      chain:
        middlewares:
          - linkreclaim-1
          - linkreclaim-2
          - linkreclaim-3
          - linkreclaim-4
          - linkreclaim-5
          - linkreclaim-6
          - linkreclaim-7
          - linkreclaim-8
    linkreclaim-1:
      redirectRegex:
        regex: "^https?://(?:www\\\\.)?old\\\\.example(?::[0-9]+)?/a(\\\\?[^#]*)?$"
        replacement: "http://site.test/b${1}"
        permanent: true
    linkreclaim-2:
      redirectRegex:
        regex: "^https?://[^/]+/shop\\\\?id=7$"
        replacement: "https://site.test/hat"
        permanent: true
    linkreclaim-3:
      redirectRegex:
        regex: "^https?://[^/]+/old(?:\\\\x2c|%2[Cc])page(\\\\?[^#]*)?$"
        replacement: "/new${1}"
        permanent: true
    linkreclaim-4:
      redirectRegex:
        regex: "^https?://[^/]+/plain(\\\\?[^#]*)?$"
        replacement: "/page${1}"
        permanent: true
    linkreclaim-5:
      redirectRegex:
        regex: "^https?://[^/]+/caf(?:%[Cc]3|\\\\xc3)(?:%[Aa]9|\\\\xa9)\\\\?([^#]+)$"
        replacement: "/kaffee?x=1&y=2&${1}"
        permanent: true
    linkreclaim-6:
      redirectRegex:
        regex: "^https?://[^/]+/caf(?:%[Cc]3|\\\\xc3)(?:%[Aa]9|\\\\xa9)\\\\??$"
        replacement: "/kaffee?x=1&y=2"
        permanent: true
    linkreclaim-7:
      redirectRegex:
        regex: "^https?://[^/]+/blog/([^?#]*)(\\\\?[^#]*)?$"
        replacement: "/news/${1}${2}"
        permanent: true
    linkreclaim-8:
      redirectRegex:
        regex: "^https?://[^/]+/tag/([^/?\\\\x20\\\\x23]+)(\\\\?[^#]*)?$"
        replacement: "/topic/${1}/${2}"
        permanent: true
""",
    "umbraco": """\
Inbound URL,Destination URL,Redirect Type,Forward Query String
"/old,page",/new,permanent,true
/plain,/page,permanent,true
/caf%C3%A9,/kaffee?x=1&y=2,permanent,true
/shop?id=7,https://site.test/hat,permanent,false
""",
    "vercel": """\
{"source": "/a", "destination": "http://site.test/b", "statusCode": 301, "has": [{"type": "host", "value": "(?:www\\\\.)?old\\\\.example"}]}
{"source": "/shop", "destination": "https://site.test/hat", "statusCode": 301, "has": [{"type": "query", "key": "id", "value": "7"}]}
{"source": "/old,page", "destination": "/new", "statusCode": 301}
{"source": "/plain", "destination": "/page", "statusCode": 301}
{"source": "/caf%C3%A9", "destination": "/kaffee?x=1&y=2", "statusCode": 301}
{"source": "/blog/:pa(.*)", "destination": "/news/:pa", "statusCode": 301}
{"source": "/tag/:pa([^/]+)", "destination": "/topic/:pa/", "statusCode": 301}
""",  # noqa: E501
    "webflow": """\
source,target
/plain,/page
""",
    "wix": """\
Old URL,New URL
"/old,page",/new
/plain,/page
/caf%C3%A9,/kaffee?x=1&y=2
""",
    "wordpress-redirection": """\
source,target,regex,code
"/old,page",/new,0,301
/plain,/page,0,301
/caf%C3%A9,/kaffee?x=1&y=2,0,301
/gone,,0,410
^/blog/(.*)$,/news/$1,1,301
^/tag/([^/?\\x20\\x23]+)(\\?.*)?$,/topic/$1/$2,1,301
""",
    "yoast": """\
Origin,Target,Type,Format
"/old,page",/new,301,plain
/plain,/page,301,plain
/caf%C3%A9,/kaffee?x=1&y=2,301,plain
/gone,,410,plain
""",
}
