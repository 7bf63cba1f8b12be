"""Amazon S3 websites: redirects as metadata of empty objects, and routing rules for prefixes.

**Source:** docs.aws.amazon.com/AmazonS3/latest/userguide (how-to-page-redirect): a routing rule redirects by key
prefix, 50 of them a site; beyond, one object a path with `x-amz-website-redirect-location`, always 301, which starts
with `/` or `http(s)://`. Keys are decoded UTF-8, up to 1,024 bytes; metadata up to 2 KB. A rule with an error code
holds only where no object is, so that exact lines and live pages win; without the permission to list, a missing object
is a 403.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import REDIRECTING, Accepted, HostedWriter, Install, Room, Takes
from linkreclaim.urls import parse

MAX_RULES = 50
MAX_KEY_BYTES = 1_024
MAX_METADATA_BYTES = 2_000

_PLAIN = re.compile(r"(?:https?://[a-z0-9.-]+)?/[A-Za-z0-9/._~-]*")
_MISSING = ("404", "403")


def _key(source: Source) -> str | None:
    """The object behind a path: a folder is its index document; None when the path is no text."""
    try:
        key = unquote_to_bytes(source.path[1:]).decode()
    except UnicodeDecodeError:
        return None
    return key + "index.html" if not key or key.endswith("/") else key


def _has_object(line: RedirectLine) -> bool:
    return line.match is MapMatch.EXACT or not line.source.endswith("/")


def _problem(line: RedirectLine, source: Source) -> str | None:
    if line.match is MapMatch.PREFIX and not (_PLAIN.fullmatch(line.source) and _PLAIN.fullmatch(line.target or "")):
        return "a prefix and its target may hold letters, digits and / . _ ~ - only: S3 encodes what it puts together"
    if not _has_object(line):
        return None
    if line.status != 301:
        return f"the redirect of an object is always 301, never {line.status}"
    key = _key(source)
    if key is None or not key.isprintable() or source.encoded_slash or "+" in key:
        return "the decoded path must be readable text, without %2F and +, which S3 reads as something else"
    if len(key.encode()) > MAX_KEY_BYTES or len(line.target or "") > MAX_METADATA_BYTES:
        return f"a key may be {MAX_KEY_BYTES:,} bytes long and a target {MAX_METADATA_BYTES:,}"
    return None


def _rules(line: RedirectLine) -> Iterator[dict[str, Any]]:
    if line.match is not MapMatch.PREFIX:
        return
    prefix = line.source[1:].rstrip("/") + "/"
    base = target_of(line.target or "").base
    redirect: dict[str, str] = {"HttpRedirectCode": str(line.status)}
    url = None if base.startswith("/") else parse(base)
    if url is not None:
        redirect |= {"Protocol": url.scheme, "HostName": url.netloc}
        base = url.path
    redirect["ReplaceKeyPrefixWith"] = base[1:].rstrip("/") + "/" if base != "/" else ""
    for code in _MISSING:
        condition = {"KeyPrefixEquals": prefix, "HttpErrorCodeReturnedEquals": code}
        yield {"Condition": condition, "Redirect": redirect}


def _count(line: RedirectLine, site: Site) -> int:
    return len(list(_rules(line)))


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    objects = [
        {"Key": _key(source_of(line.source)), "WebsiteRedirectLocation": line.target}
        for line in accepted.lines
        if _has_object(line)
    ]
    rules = [rule for line in accepted.prefixes for rule in _rules(line)]
    yield ServerFile("linkreclaim-objects.json", (json.dumps(objects, indent=1) + "\n").encode())
    if rules:
        yield ServerFile("linkreclaim-routing-rules.json", (json.dumps(rules, indent=1) + "\n").encode())


AWS_S3 = HostedWriter(
    engine="aws-s3",
    title="Amazon S3 website",
    takes=Takes(REDIRECTING, prefixes=True),
    way_out="put CloudFront in front and use the `aws-cloudfront` files",
    install=Install(
        where="""
For a bucket with static website hosting, asked by its website endpoint. Each entry of `linkreclaim-objects.json`
becomes an empty object; in Python with boto3:
  import boto3, json
  s3 = boto3.client("s3")
  for entry in json.load(open("linkreclaim-objects.json")):
      s3.put_object(Bucket="YOUR-BUCKET", **entry)
An object that is there under the same key is overwritten: look first.
With prefixes there is `linkreclaim-routing-rules.json`: paste it into Properties > Static website hosting > Redirection
rules, under rules of your own.
""",
        test="curl -sI http://BUCKET.s3-website-REGION.amazonaws.com/AN-OLD-PATH      (one 301 with the new address)",
        undo="Delete the objects of the list again (delete_object with the same keys), and take the rules out.",
        limits="""
A path that ends in / is written as its index.html. The query of a request is not handed on.
A bucket takes 50 routing rules; a prefix needs two. A prefix redirects only where no object is.
An upload that deletes what it does not know (aws s3 sync --delete) deletes the redirects too: exclude them.
""",
    ),
    files=_files,
    problem=_problem,
    same=lambda source: _key(source) or source.path,
    room=(Room(MAX_RULES, "routing rules", _count),),
)
