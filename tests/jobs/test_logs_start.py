"""What `linkreclaim logs` imports before it reads: little, because a log of a million lines takes half a second."""

import subprocess
import sys

NOT_NEEDED = (
    "linkreclaim.report.page",
    "linkreclaim.sources.workbook",
    "linkreclaim.sources.tools",
    "linkreclaim.net",
    "jinja2",
    "rapidfuzz",
)


def test_the_command_starts_without_what_it_does_not_need() -> None:
    code = f"import sys, linkreclaim.cli.logs; print([name for name in {NOT_NEEDED} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
