"""Requests that never meant a page: scanners and attack probes. They are never redirected."""

import re

from linkreclaim.urls import Url, decode_path

_PROBED_FOLDERS = re.compile(
    r"^/(?:\.(?!well-known/)[^/]+|wp-(?:admin|includes|config)\b|wp-content/plugins/[^/]+/[^/]+\.php|wp\d+(?:/|$)"
    r"|(?:php)?my-?admin|phpmyadmin|pma\b|adminer|mysql\b|sqladmin|cgi-bin|vendor/phpunit|solr(?:/|$)|actuator|boaform|hnap1"
    r"|owa(?:/|$)|ecp(?:/|$)|autodiscover|manager/html|jenkins(?:/|$)|telescope/|_ignition|server-status|geoserver|druid/"
    r"|struts|bak(?:/|$)|backups?(?:/|$)|internal_forms_authentication|remote/login|sdk(?:/|$)|console(?:/|$)|_profiler"
    r"|invoker/|axis2|fckeditor|kcfinder|filemanager|hudson|nacos|containers/json|v1/metadata|latest/meta-data)",
    re.I,
)
_PROBED_FILES = re.compile(
    r"/(?:xmlrpc|wp-login|wp-cron|wp-trackback|wlwmanifest|eval-stdin|phpinfo|info|pinf_?o|php_?info|shell|cmd|c99|r57|wso|alfa|adminer"
    r"|touch|upload|uploader|filemanager|config|configuration|settings|setup-config|install|db|dump|test\d*|x|xx|a|0|1)\.(?:php\d?|xml)$"
    r"|/(?:bootstrap|application|docker-compose|secrets?|credentials|config|parameters|database)\.(?:ya?ml|properties|json|ini|env)$"
    r"|/(?:dump|backup|database|db|site|www|public_html|wordpress|website)\.(?:sql|zip|tar|tar\.gz|tgz|rar|7z|bak|gz)$"
    r"|\.(?:sql|swp|bak|old|orig|save|env)$|/web\.config$|/sftp-config\.json$|~$",
    re.I,
)
_ATTACKS = re.compile(
    r"\.\./|\x00|<script|\bunion[ +/*()]+(?:all[ +/*()]+)?select\b|/etc/passwd|\$\{jndi:|base64_decode|\bwaitfor delay\b|php://input|%00"
    r"|cmd\.exe|/bin/(?:sh|bash)|allow_url_include",
    re.I,
)


def is_scanner_noise(url: Url) -> bool:
    """Whether a URL is what scanners ask for: admin tools, hidden files, backups, attack strings.

    Source: requests seen in real 404 logs. Uploads and themes of WordPress are not noise: people link to them.
    """
    path = decode_path(url.path)
    target = path + "?" + decode_path(url.query or "")
    return any(
        (_PROBED_FOLDERS.search(path), _PROBED_FILES.search(path), _ATTACKS.search(target), _ATTACKS.search(url.raw))
    )
