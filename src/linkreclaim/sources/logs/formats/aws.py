"""Amazon's S3 and load balancers.

Sources: Amazon S3 "Server access log format"; Elastic Load Balancing "Access logs for your Application Load Balancer"
and "... Classic Load Balancer" (no referrer in either; the request holds an absolute URL with its port).
"""

from functools import partial

from linkreclaim.sources.logs.formats.goaccess import NO_REFERRER, compile_layout
from linkreclaim.sources.logs.formats.layout import LayoutParser
from linkreclaim.sources.logs.formats.values import host_of
from linkreclaim.sources.logs.interface import LogFormat

_S3 = '%^ %v [%x] %h %^"%r" %s %^"%R" "%u"'
_ALB = '%^ %x %^ %h %^ %^ %^ %^ %s %^ %^ %^ "%r" "%u"'
_ELB = '%x %^ %h %^ %^ %^ %^ %s %^ %^ %^ "%r" "%u"'
_USE_S3_OR_SERVER = (
    "Use the logs of the web server behind it, or of CloudFront in front of it, which hold the referring page."
)


class S3Parser(LayoutParser):
    """A bucket that serves a website has the website's host as its name; any other name is no host."""

    def host_of(self, raw: bytes) -> str:
        """The host that a bucket is named after."""
        return host_of(raw) if b"." in raw else ""


def _format(name: str, title: str, text: str, parser: type[LayoutParser], *notes: str) -> LogFormat:
    layout = compile_layout(text)
    return LogFormat(name, title, layout.has("R"), partial(parser, layout), layout.needles, notes=notes)


FORMATS: tuple[LogFormat, ...] = (
    _format("s3", "Amazon S3", _S3, S3Parser),
    _format("alb", "Amazon Application Load Balancer", _ALB, LayoutParser, NO_REFERRER, _USE_S3_OR_SERVER),
    _format("elb", "Amazon Classic Load Balancer", _ELB, LayoutParser, NO_REFERRER, _USE_S3_OR_SERVER),
)
