"""The ways of writing access logs that are known, and a format by its name."""

from difflib import get_close_matches

from linkreclaim.errors import UsageError
from linkreclaim.sources.logs.formats import aws, clf, haproxy, json_lines, w3c
from linkreclaim.sources.logs.formats.goaccess import custom_format
from linkreclaim.sources.logs.interface import LogFormat

FORMATS: tuple[LogFormat, ...] = (*clf.FORMATS, *json_lines.FORMATS, *w3c.FORMATS, *aws.FORMATS, *haproxy.FORMATS)
"""All of them, none twice."""

_BY_NAME = {known.name: known for known in FORMATS}
_ALSO = {
    "vcombined": "vhost_combined",
    "vcommon": "vhost_common",
    "traefikclf": "combined",
    "awss3": "s3",
    "awsalb": "alb",
    "awselb": "elb",
    "cloudstorage": "cloud_storage",
    "clf": "common",
    "ncsa": "combined",
    "nginx": "combined",
    "apache": "combined",
    "json": "nginx_json",
    "iis": "w3c",
    "incapsula": "w3c",
    "netscaler": "w3c",
    "logpush": "cloudflare",
}


def format_by_name(text: str) -> LogFormat:
    """The format of a name (in any case; GoAccess's own names too), or of a GoAccess format string.

    Raises:
        UsageError: no such name, with the known ones; or what is wrong with the string.
    """
    if "%" in text:
        return custom_format(text)
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    if found := _BY_NAME.get(_ALSO.get(name, name)):
        return found
    near = get_close_matches(name, [*_BY_NAME, *_ALSO], n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    raise UsageError(
        f"--format: there is no log format {text!r}{meant}. Known are {', '.join(sorted(_BY_NAME))}; "
        'or give a GoAccess format string such as \'%h %^[%x] "%r" %s %b "%R" "%u"\''
    )
