"""What commands that ask vendors have in common: the options read, and the question before something is spent."""

import sys
from collections.abc import Mapping

import click

from linkreclaim.errors import UsageError
from linkreclaim.jobs.audits.audit import read_site
from linkreclaim.jobs.pulls.plan import PlannedPull, choose_vendors, plan_pulls, plan_want, say_plan
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.sources.apis.asker import parse_budget
from linkreclaim.sources.apis.secrets import open_secrets
from linkreclaim.sources.apis.vendors import VENDOR_NAMES

__all__ = ["VENDOR_NAMES", "agree_to_pulls", "read_vendors", "rehearse_pulls"]


def read_vendors(named: str | None, budget: str | None) -> tuple[tuple[str, ...], Mapping[str, float]]:
    """The vendors of `--from`, and what each may cost.

    Raises:
        UsageError: a name or a number is none, or there is a budget for nobody.
    """
    if named is None:
        if budget is not None:
            raise UsageError("--budget belongs to --from: nobody is asked for anything")
        return (), {}
    vendors = choose_vendors(named)
    return vendors, {} if budget is None else parse_budget(budget, vendors)


def rehearse_pulls(request: AuditRequest) -> bool:
    """Say what the pulls would ask and cost; False: a key is missing, so that not all of them would be asked.

    Raises:
        UsageError: nobody would be asked for anything.
    """
    if not request.vendors:
        raise UsageError("--dry-run belongs to --from: an audit of files alone costs nothing, and asks SITE itself")
    planned = _plan(request)
    click.echo("\n".join(say_plan(planned)))
    return not any(pull.missing for pull in planned)


def agree_to_pulls(request: AuditRequest, yes: bool) -> bool:
    """Say what the pulls cost and ask where that is more than nothing; False: refused.

    Raises:
        UsageError: something would be paid for, nobody said how much, and there is nobody to ask.
    """
    planned = _plan(request)
    paid = any(pull.costs_unbounded for pull in planned)
    if not paid or yes:
        return True
    click.echo("\n".join(say_plan(planned)), err=True)
    if not sys.stdin.isatty():
        raise UsageError("--from asks tools that are paid for: add --budget N, or --yes to go without a limit")
    return click.confirm("Ask them?", default=False, err=True)


def _plan(request: AuditRequest) -> list[PlannedPull]:
    now, site = utc_now(), read_site(request)
    want = plan_want(request.workspace, site, now.date())
    return plan_pulls(request.vendors, want, request.workspace, open_secrets(), request.budgets, now, request.fresh)
