"""lighttpd: a Lua script for mod_magnet, and a plain text map that it reads once; 100,000 lines load in half a second.

mod_magnet, because `url.redirect` tries one regular expression after the other, 700 requests a second at 10,000 lines.
A text file, because Lua 5.1 and LuaJIT limit the constants of a script (65,536), and because text needs no quoting.
The script reads the request's address as it was sent (`request.orig-uri`): lighttpd's own forms have `%2F` decoded
and slashes merged. Observed on 1.4.69.
"""

import re
from collections.abc import Iterator, Sequence

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import captures_of, rule_pattern
from linkreclaim.redirects.writers.answers import line_answer, rule_answer
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, install_text, site_folder
from linkreclaim.redirects.writers.servers.keys import MAX_CAPTURES, keys_of, map_line

CONF_FILE = "linkreclaim-redirects.conf"
SCRIPT_FILE = "linkreclaim-redirects.lua"
MAP_FILE = "linkreclaim-redirects.map"

_CONTROL = re.compile("%(?:[01].|7F)")
_NOT_PLAIN = re.compile(rb"([^A-Za-z0-9/\x80-\xff])")
_CLASSES = {PartKind.DIGITS: b"()[0-9]+()", PartKind.SEGMENT: b"()[^/]+()", PartKind.REST: b"().+()"}


class LighttpdWriter:
    """Writes a script, its map and the lines that load them; lighttpd 1.4.60 and later with mod_magnet."""

    engine = "lighttpd"
    title = "lighttpd"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """Three files for one folder; control characters in a path are refused."""
        refused = tuple(Refusal(line, _CONTROL_CHARACTER) for line in plan.lines if _has_control(line.source))
        refused_rules = tuple(RuleRefusal(rule, reason) for rule in plan.rules if (reason := _why_not(rule)))
        unwritten_rules = {refusal.rule for refusal in refused_rules}
        rows = [
            *(line.encode() for line in comment_lines(header)),
            f"@{site.host if site.named else '*'}".encode(),
            *(f"@{host} {host}".encode() for host in former_hosts(plan)),
            *(row for line in plan.lines if not _has_control(line.source) for row in _line_rows(line)),
            *(_rule_row(rule, site) for rule in plan.rules if rule not in unwritten_rules),
        ]
        folder = f"/etc/lighttpd/{site_folder(site)}"
        comments = comment_lines(header)
        files = (
            ServerFile(CONF_FILE, _text([*comments, _CONF.strip().replace("FOLDER", folder)])),
            ServerFile(
                SCRIPT_FILE, _text([*("--" + line[1:] for line in comments), _SCRIPT.replace("FOLDER", folder).strip()])
            ),
            ServerFile(MAP_FILE, b"".join(row + b"\n" for row in rows)),
            install_text(self.engine, _WHERE.replace("FOLDER", folder), _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(plan.lines) - len(refused), refused, refused_rules)


_CONTROL_CHARACTER = (
    "lighttpd: it answers 400 to control characters in a path (url-ctrls-reject); redirect it on a server in front"
)


def _has_control(source: str) -> bool:
    return _CONTROL.search(source_of(source).path) is not None


def _why_not(rule: RedirectRule) -> str | None:
    if captures_of(rule) > MAX_CAPTURES:
        return f"lighttpd: a rule holds {MAX_CAPTURES} captures; split the rule"
    return _CONTROL_CHARACTER if any(_CONTROL.search(part.text) for part in rule.source) else None


def _line_rows(line: RedirectLine) -> Iterator[bytes]:
    """`=key answer`, or `^key answer` for a prefix; the script spells escapes in upper case, so the first key does."""
    mark = b"^" if line.match is MapMatch.PREFIX else b"="
    yield mark + map_line(keys_of(source_of(line.source))[0], line_answer(line))


def _rule_row(rule: RedirectRule, site: Site) -> bytes:
    """`~pattern answer`: a Lua pattern over the key, with the places where a capture starts and ends."""
    rule_pattern(rule)  # refuses what is not canonical
    pieces = [_NOT_PLAIN.sub(rb"%\1", rule.host.encode())]
    for part in rule.source:
        text = keys_of(Source("", part.text, None))[0]
        pieces.append(_CLASSES.get(part.kind) or _NOT_PLAIN.sub(rb"%\1", text))
    return b"~" + map_line(b"^" + b"".join(pieces) + b"$", rule_answer(rule, site))


def _text(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


_CONF = """
# Include at the end of lighttpd.conf, outside of any condition.
server.modules += ( "mod_magnet" )
magnet.attract-raw-url-to += ( "FOLDER/linkreclaim-redirects.lua" )
"""

_SCRIPT = r"""
local FILE = "FOLDER/linkreclaim-redirects.map"

-- The escapes that a key keeps: control characters, blank, %, /, ? and DEL.
local function kept(hex)
  return hex:find("^[01]") or hex == "20" or hex == "25" or hex == "2F" or hex == "3F" or hex == "7F"
end

local function decode(hex)
  hex = hex:upper()
  return kept(hex) and "%" .. hex or string.char(tonumber(hex, 16))
end

local function decode_all(path)
  return (path:gsub("%%(%x%x)", decode))
end

local function read_map()
  local map = { exact = {}, prefix = {}, lengths = {}, hosts = {}, rules = {} }
  local file = io.open(FILE, "rb")
  if not file then
    print("linkreclaim: cannot read " .. FILE .. "; nothing is redirected")
    return map
  end
  for line in file:lines() do
    local mark, key, answer = line:match("^([=^~@])([^ ]+) ?(.*)$")
    if mark == "=" then
      map.exact[key] = answer
    elseif mark == "^" then
      map.prefix[key] = answer
      map.lengths[#key] = true
    elseif mark == "~" then
      map.rules[#map.rules + 1] = { pattern = key, answer = answer }
    elseif mark == "@" then
      map.hosts[key] = answer
    end
  end
  file:close()
  return map
end

-- Read once; kept as long as lighttpd runs.
local map = package.loaded[FILE]
if not map then
  map = read_map()
  package.loaded[FILE] = map
end

-- How keys start for a host: empty for the site itself (* where it is not named), nil for hosts that are none of it.
local function key_host(authority)
  local host = (authority or ""):lower():gsub("^www%.", "")
  return map.hosts[host] or map.hosts[(host:gsub(":%d+$", ""))] or map.hosts["*"]
end

-- For each byte of the decoded path, where it starts in the path as it was sent.
local function places(path)
  local list, at = {}, 1
  while at <= #path do
    local hex = path:match("^%%(%x%x)", at)
    local width = hex and not kept(hex:upper()) and 3 or 1
    list[#list + 1] = at
    at = at + width
  end
  list[#list + 1] = at
  return list
end

-- The longest prefix line that ends where a segment does, and what follows it, as it was sent.
local function find_prefix(host, path, key)
  local found, rest
  local function try(length, at)
    if map.lengths[#host + length] then
      local answer = map.prefix[host .. key:sub(1, length)]
      if answer then
        found, rest = answer, path:sub(at)
      end
    end
  end
  local decoded, at = 0, 1
  while at do
    local slash = path:find("/", at, true)
    local segment = path:sub(at, (slash or #path + 1) - 1)
    decoded = decoded + #decode_all(segment)
    try(decoded, at + #segment)
    if slash then
      decoded = decoded + 1
      try(decoded, slash + 1)
    end
    at = slash and slash + 1
  end
  return found, rest and { rest }
end

local function find_rule(host, path, key)
  for _, rule in ipairs(map.rules) do
    local ends = { (host .. key):match(rule.pattern) }
    if ends[1] then
      local captures, place = {}, places(path)
      for number = 1, #ends - 1, 2 do
        captures[#captures + 1] = path:sub(place[ends[number] - #host], place[ends[number + 1] - #host] - 1)
      end
      return rule.answer, captures
    end
  end
end

local function find(host, path, query)
  local key = decode_all(path)
  local answer = map.exact[host .. key .. "?" .. query] or map.exact[host .. key]
  if answer then
    return answer, {}
  end
  local prefix, rest = find_prefix(host, path, key)
  if prefix then
    return prefix, rest
  end
  return find_rule(host, path, key)
end

local function fill(text, captures)
  return (text:gsub("\\(%d)", function(number) return captures[tonumber(number)] end))
end

local path, query = (lighty.r.req_attr["request.orig-uri"] or ""):match("^(/[^?#]*)%??([^#]*)")
local host = key_host(lighty.r.req_attr["uri.authority"])
if not path or not host then
  return 0
end
local answer, captures = find(host, path, query)
if not answer then
  return 0
end
local status, joiner, location, fragment = answer:match("^(%d+) (%S) ?(%S*) ?(%S*)$")
if location ~= "" then
  local tail = (joiner ~= "-" and query ~= "") and joiner .. query or ""
  lighty.r.resp_header["Location"] = fill(location, captures) .. tail .. fill(fragment, captures)
end
return tonumber(status)
"""

_WHERE = f"""
1. Copy {CONF_FILE}, {SCRIPT_FILE} and {MAP_FILE} to FOLDER/. mod_magnet must be installed
   (lighttpd-modules-lua on Debian).
2. At the end of lighttpd.conf, outside of any condition, add:
     include "FOLDER/{CONF_FILE}"
   The script looks at the Host header: it answers for the site and its former hosts, and leaves other hosts of the
   server alone. For a staging host, change the @ line of {MAP_FILE} that names the site.
"""

_TEST = """
lighttpd -tt -f /etc/lighttpd/lighttpd.conf && systemctl restart lighttpd      (the map is read at the first request)
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
Without a redirect, look for "linkreclaim" in the error log: it names a map that cannot be read.
"""

_UNDO = "Remove the include line, then lighttpd -tt -f /etc/lighttpd/lighttpd.conf and restart."

_LIMITS = """
After a change of the map, restart lighttpd: it is read once.
Exact and prefix lines are found at once at any number; rules are tried one after the other.
lighttpd answers 400 to control characters in a path; such lines are refused.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
