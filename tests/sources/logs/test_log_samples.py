"""Real logs, counted a second time by awk: every line is read, or is none, or is shown as unread."""

import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import RequireProgram

from linkreclaim.sources.logs.interface import Hit, LogFormat, Unread
from linkreclaim.sources.logs.recognise import recognise_log

QUOTED = r'match($0, /" [1-9][0-9][0-9] /) { n[substr($0, RSTART + 2, 3)]++ }'  # the status behind the request
FIRST_COLUMN_IS_ADDRESS = r"$1 ~ /^[0-9.]+$/ && "
TWELFTH_COLUMN = r"!/^#/ && NF > 11 { n[$12]++ }"


def _column(number: int) -> str:
    return f"!/^#/ && NF > 3 {{ n[${number}]++ }}"


def _key(name: str) -> str:
    return f'match($0, /"{name}": *"?[0-9][0-9][0-9]/) {{ n[substr($0, RSTART + RLENGTH - 3, 3)]++ }}'


class Sample(NamedTuple):
    """A file, the format it is in, what awk counts in it, and the lines that cannot be read."""

    name: str
    format_name: str
    awk: str
    unread: tuple[int, ...] = ()


SAMPLES = (
    Sample("elastic_apache_combined.log", "combined", QUOTED),
    Sample("advertools_nginx_access.log", "combined", QUOTED),
    Sample("advertools_nginx_custom_date.log", "combined", QUOTED),
    Sample("advertools_combined_with_errors.log", "combined", QUOTED, (3, 12, 21, 22)),
    Sample("advertools_combined_latin1_enc.log", "combined", FIRST_COLUMN_IS_ADDRESS + QUOTED, tuple(range(170, 201))),
    Sample("lnav_bad_access_log.0", "combined", QUOTED),
    Sample("matomo_ncsa_extended.log", "combined", QUOTED),
    Sample("matomo_common_complete.log", "vhost_combined", QUOTED),
    Sample("matomo_common_encoding_big5.log", "vhost_combined", QUOTED),
    Sample("matomo_common_vhost.log", "vhost_common", QUOTED),
    Sample("matomo_ovh.log", "ovh", QUOTED),
    Sample("matomo_gandi.log", "gandi", QUOTED),
    Sample("matomo_s3.log", "s3", QUOTED),
    Sample("matomo_alb.log", "alb", _column(9)),
    Sample("matomo_elb.log", "elb", '!/^#/ && $8 != "-" { n[$8]++ }'),
    Sample("lnav_caddy_log.0", "caddy", "/handled request/ && " + _key("status")),
    Sample("matomo_caddy_json.log", "caddy", _key("status")),
    Sample("matomo_nginx_json.log", "nginx_json", _key("status")),
    Sample("matomo_traefik_json.log", "traefik", _key("DownstreamStatus")),
    Sample("lnav_cloudflare.json", "cloudflare", _key("EdgeResponseStatus")),
    Sample("lnav_cloudflare.1", "cloudflare", _key("EdgeResponseStatus")),
    Sample("lnav_haproxy.0", "haproxy_no_referrer", '/"/ { n[$11]++ }'),
    Sample("matomo_haproxy.log", "haproxy_no_referrer", '/"/ { n[$11]++ }'),
    Sample("lnav_w3c.0", "w3c_no_referrer", _column(10)),
    Sample("lnav_w3c.2", "w3c_no_referrer", "!/^#/ { n[$NF]++ }"),
    Sample("lnav_w3c.3", "w3c", QUOTED),
    Sample("lnav_w3c.4", "w3c", r'match($0, /" "[1-9][0-9][0-9]" "/) { n[substr($0, RSTART + 3, 3)]++ }'),
    Sample("matomo_incapsula_w3c.log", "w3c", r'match($0, /" "[1-9][0-9][0-9]" "/) { n[substr($0, RSTART + 3, 3)]++ }'),
    Sample("lnav_w3c.6", "w3c", TWELFTH_COLUMN),
    Sample("lnav_w3c_big.0", "w3c", TWELFTH_COLUMN),
    Sample("matomo_netscaler.log", "w3c", _column(11)),
    Sample("matomo_iis.log", "w3c", r"match($0, / example.com [1-9][0-9][0-9] /) { n[substr($0, RSTART + 13, 3)]++ }"),
    Sample("matomo_splitted_date_and_time.log", "w3c_no_referrer", _column(5)),
    Sample("matomo_amazon_cloudfront_web.log", "cloudfront", _column(9)),
)
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])


def _lines(content: bytes) -> list[bytes]:
    return [line.removesuffix(b"\r") for line in content.split(b"\n")]


def _known(content: bytes) -> LogFormat:
    found = recognise_log(content[:65536])
    assert found is not None
    return found


def _counted_by_awk(awk: Path, program: str, file: Path) -> Counter[int]:
    command = [str(awk), program + " END { for (status in n) print status, n[status] }", str(file)]
    printed = subprocess.run(command, env={"LC_ALL": "C"}, capture_output=True, check=True).stdout
    return Counter({int(status): int(count) for status, count in (line.split() for line in printed.splitlines())})


@each_sample
def test_every_line_counts_as_awk_counts_it(shared_dir: Path, require_program: RequireProgram, sample: Sample) -> None:
    file = shared_dir / "samples" / "logs" / sample.name
    lines, known = _lines(file.read_bytes()), _known(file.read_bytes())
    parser = known.make_parser()
    parsed = [parser.parse(line) for line in lines]
    assert known.name == sample.format_name
    assert Counter(hit.status for hit in parsed if isinstance(hit, Hit)) == _counted_by_awk(
        require_program("awk"), sample.awk, file
    )
    assert tuple(number for number, hit in enumerate(parsed, 1) if isinstance(hit, Unread)) == sample.unread


@each_sample
def test_a_status_is_in_the_line_as_its_needles_say(shared_dir: Path, sample: Sample) -> None:
    content = (shared_dir / "samples" / "logs" / sample.name).read_bytes()
    known = _known(content)
    parser = known.make_parser()
    for line in _lines(content):
        hit = parser.parse(line)
        assert not isinstance(hit, Hit) or any(needle in line for needle in known.needles(hit.status))


def test_all_samples_are_counted(shared_dir: Path) -> None:
    there = {file.name for file in (shared_dir / "samples" / "logs").iterdir()} - {"MANIFEST.md"}
    assert there == {sample.name for sample in SAMPLES}


def test_the_facts_known_of_the_apache_sample(shared_dir: Path) -> None:
    """213 dead requests, 62 of them with a referrer (the samples' manifest)."""
    content = (shared_dir / "samples" / "logs" / "elastic_apache_combined.log").read_bytes()
    parser = _known(content).make_parser()
    dead = [hit for line in _lines(content) if isinstance(hit := parser.parse(line), Hit) and hit.status == 404]
    assert (len(dead), sum(bool(hit.referrer) for hit in dead)) == (213, 62)


def test_no_export_is_taken_for_a_log(shared_dir: Path) -> None:
    exports = [file for file in (shared_dir / "samples" / "exports").iterdir() if file.is_file()]
    assert len(exports) > 20
    assert [file.name for file in exports if recognise_log(file.read_bytes()[:65536])] == []
