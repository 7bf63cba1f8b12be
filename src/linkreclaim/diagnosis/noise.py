"""Requests that never meant a page: scanners and attack probes. They are never redirected."""

import re

from linkreclaim.urls import Url, decode_path

_PROBED_FOLDERS = re.compile(
    r"^/(?:\.(?!well-known/)[^/]+|wp-(?:admin|includes|config)\b|wp-content/plugins/[^/]+/(?:[^/]+\.php|readme\.txt)$|wp\d+(?:/|$)"
    r"|(?:php)?my-?admin|phpmyadmin|pma\b|adminer|sqladmin|cgi-bin(?:/|$)|vendor/phpunit|boaform|hnap1|administrator/?(?:index\.php)?$"
    r"|autodiscover/|manager/html|_ignition|server-status$|internal_forms_authentication|remote/login|_profiler(?:/|$)"
    r"|invoker/|axis2(?:/|$)|fckeditor|kcfinder|containers/json|v1/metadata|latest/meta-data)",
    re.I,
)
_PROBED_PROGRAMS = re.compile(
    r"^/(?:mysql|solr|jenkins|hudson|actuator|druid|geoserver|nacos|struts2?|telescope|sdk|console|owa|ecp|bak|backups?|filemanager)"
    r"(?:/(?:admin|api|auth|console|env|health|index|info|jmxrpc|login|logon|metrics|prometheus|requests|rest|script|select|status"
    r"|users?|v1|vimservice|web|wsdl)\b[^?]*)?/?$",
    re.I,
)
"""Names of programs that sites write about as well: only the bare folder and its usual doors are probes."""
_PROBED_FILES = re.compile(
    r"/(?:xmlrpc|wp-login|wp-cron|wp-trackback|wlwmanifest|eval-stdin|phpinfo|info|pinf_?o|php_?info|shell|cmd|c99|r57|wso|alfa|adminer"
    r"|touch|upload|uploader|filemanager|config|configuration|settings|setup-config|install|db|dump|test\d*|x|xx|a|0|1)\.(?:php\d?|xml)$"
    r"|/(?:bootstrap|application|docker-compose|secrets?|credentials|config|parameters|database)\.(?:ya?ml|properties|json|ini|env)$"
    r"|/(?:dump|backup|database|db|site|www|public_html|wordpress|website)\.(?:sql|zip|tar|tar\.gz|tgz|rar|7z|bak|gz)$"
    r"|\.(?:sql|swp|bak|old|orig|save|env)$|/web\.config$|/sftp-config\.json$|~$",
    re.I,
)
_ATTACKS = re.compile(
    r"\x00|<script|\bunion[ +/*()]+(?:all[ +/*()]+)?select\b|/etc/passwd|\$\{jndi:|base64_decode|\bwaitfor delay\b|php://input|%00"
    r"|cmd\.exe|/bin/(?:sh|bash)|allow_url_include",
    re.I,
)
_CLIMB = re.compile(r"\.\./")
_STEEP_CLIMB = re.compile(r"(?:\.\./){3}")
"""Links of pages that were resolved by hand keep a `../` or two, which parsers take away."""


def is_scanner_noise(url: Url) -> bool:
    """Whether a URL is what scanners ask for: admin tools, hidden files, backups, attack strings.

    Source: requests seen in real 404 logs. Uploads and themes of WordPress are not noise: people link to them.
    """
    path = decode_path(url.path)
    target = path + "?" + decode_path(url.query or "")
    probed = (_PROBED_FOLDERS, _PROBED_PROGRAMS, _PROBED_FILES)
    climbs = _CLIMB.search(target) or _STEEP_CLIMB.search(url.raw)
    return bool(climbs) or any(found.search(path) for found in probed) or any(map(_ATTACKS.search, (target, url.raw)))
