"""What the redirect commands say to people, on standard error; `explain` on standard output."""

from collections.abc import Iterable

import click

from linkreclaim.jobs.redirects.explain import HEADINGS, Explanation
from linkreclaim.jobs.redirects.files import REFUSED_FILE, WrittenMap
from linkreclaim.jobs.redirects.map import PlannedMap
from linkreclaim.jobs.redirects.prove import ServerProof
from linkreclaim.jobs.redirects.verify import VerifySummary
from linkreclaim.model.links import RowProblem
from linkreclaim.model.proofs import ProofRow
from linkreclaim.report.escape import make_visible
from linkreclaim.report.figures import show_count, show_percent
from linkreclaim.rules import describe

MOST_TOLD = 20
"""Lines of one kind told one by one; the others are counted."""


def tell_map(done: WrittenMap) -> None:
    """What `write` left out, what it changed, and the sum."""
    planned, written = done.planned, done.written
    problems = [(row.line, row.reason) for row in planned.problems]
    refused = [(r.line.line, f"{r.line.source}: {r.reason}") for r in written.refused]
    _tell_lines(sorted([*problems, *refused], key=lambda each: each[0] or 0), err=True)
    for rule in written.refused_rules:
        click.echo(f"a rule was refused: {rule.reason}", err=True)
    _tell_inputs(planned, err=True)
    for note in planned.plan.notes:
        click.echo(f"note: {make_visible(note)}", err=True)
    for used in done.plan.rules:
        click.echo(f"rule: {make_visible(describe(used))}", err=True)
    if done.plan.rules:
        less = len(planned.plan.lines) - len(done.plan.lines)
        click.echo(f"note: {less:,} lines are said by these rules", err=True)
    rules = f" and {show_count(len(done.plan.rules), 'rule')}" if done.plan.rules else ""
    said = [f"{show_count(written.lines, 'line')}{rules} written for {written.engine}"]
    if refused:
        where = written.files[0].parent / REFUSED_FILE
        said.append(f"{len(refused):,} refused (see {where})")
    if problems:
        said.append(f"{len(problems):,} unreadable")
    if planned.left_out:
        said.append(f"{len(planned.left_out):,} left out by decision")
    click.echo(", ".join(said), err=True)


def tell_explanation(found: Explanation) -> None:
    """The whole explanation."""
    planned = found.planned
    of = f" of {planned.site.host}" if planned.site.named else ""
    click.echo(f"{show_count(planned.lines, 'redirect')}{of}: {show_count(len(planned.plan.lines), 'line')} to write")
    for name, counts in (("status", found.by_status), ("match", found.by_match)):
        _tell_counts(f"by {name}", (f"{count:,} {value}" for value, count in counts.items()))
    for name, counts in (("from", found.by_source_host), ("to", found.by_target_host)):
        _tell_counts(name, (f"{count:,} {host or 'the site itself'}" for host, count in counts.items()))
    for kind in HEADINGS:
        told = found.told.get(kind, ())
        if told:
            click.echo(f"\nlines that {HEADINGS[kind]} ({len(told):,}):")
            _tell_lines([(each.line, f"{each.source}: {each.words}") for each in told], err=False)
    if planned.problems:
        click.echo(f"\nlines that cannot be read ({len(planned.problems):,}):")
        _tell_rows(planned.problems, err=False)
    if planned.left_out:
        click.echo(f"\nlines left out by decision ({len(planned.left_out):,}):")
        _tell_rows(planned.left_out, err=False)
    _tell_rules(found)
    click.echo("")
    _tell_inputs(planned, err=False)
    for note in planned.plan.notes:
        click.echo(f"note: {make_visible(note)}")


def _tell_counts(name: str, counts: Iterable[str]) -> None:
    if told := ", ".join(counts):
        click.echo(f"  {name}: {told}")


def _tell_rules(found: Explanation) -> None:
    if found.rules:
        click.echo(f"\nrules in it ({len(found.rules):,}):")
    for learned in found.rules[:MOST_TOLD]:
        sources = [pair.source for pair in learned.examples]
        right = show_percent(learned.held_out_precision_0_1)
        click.echo(f"  {make_visible(describe(learned.rule, sources))}")
        exceptions = show_count(learned.exceptions, "exception")
        click.echo(f"    {show_count(learned.support, 'line')}, {exceptions}, right for {right} of others")
        for pair in learned.examples[:1]:
            click.echo(make_visible(f"    {pair.source} -> {pair.target}"))


def tell_proofs(summary: VerifySummary, quiet: bool) -> None:
    """What `verify` found: the first failures in words, and the sum."""
    for row in summary.examples:
        where = f"line {row.line}: " if row.line else ""
        words = "; ".join(f"{each.fault.value}: {each.words}" for each in row.findings if each.sure)
        click.echo(make_visible(f"{where}{row.source}: {words}"), err=True)
    if quiet:
        return
    _tell_rows(summary.planned.problems, err=True)
    _tell_inputs(summary.planned, err=True)
    proofs = ", ".join(f"{count:,} {proof.value}" for proof, count in summary.proofs.most_common())
    pages = f" and {show_count(summary.pages, 'live page')}" if summary.pages else ""
    click.echo(f"verified {show_count(summary.lines, 'line')}{pages}: {proofs}", err=True)
    if summary.faults:
        faults = ", ".join(f"{count:,} {fault.value}" for fault, count in summary.faults.most_common())
        click.echo(f"found: {faults}", err=True)
    if summary.sampled < summary.lines:
        more = "neighbours, variants and queries were asked for"
        click.echo(f"{more} at {summary.sampled:,} of {show_count(summary.lines, 'line')} (--sample)", err=True)
    if summary.pages < summary.pages_known:
        known = show_count(summary.pages_known, "known page")
        click.echo(f"{summary.pages:,} of {known} were asked for (the site's own; --max-pages)", err=True)


def tell_server_proof(result: ServerProof) -> None:
    """What `write --prove` found: the lines that fail with their reasons, and the sum."""
    _tell_lines([(row.line, _failure_words(row)) for row in result.failed], err=True)
    said = "proved" if result.sound else "not proved"
    lines = f"{result.right:,} of {show_count(result.lines, 'line')}"
    verb = "answers" if result.lines == 1 else "answer"
    click.echo(f"{said}: {lines} {verb} as meant on {result.server} (this machine)", err=True)
    if result.pages:
        untouched = result.pages - result.captured_pages
        click.echo(f"{untouched:,} of {show_count(result.pages, 'live page')} left alone", err=True)


def _failure_words(row: ProofRow) -> str:
    words = "; ".join(f"{each.fault.value}: {each.words}" for each in row.findings)
    return f"{row.source[:200]}: {words}"


def _tell_inputs(planned: PlannedMap, err: bool) -> None:
    if planned.page_problems:
        count = show_count(len(planned.page_problems), "line")
        click.echo(f"--pages: {count} could not be read, first line {planned.page_problems[0].line}", err=err)
    existing = planned.existing
    if existing is not None:
        click.echo(f"--existing: {existing.form}, {show_count(len(existing.lines), 'redirect')} read", err=err)
        if existing.problems:
            click.echo(f"  {show_count(len(existing.problems), 'line')} redirect in ways that are not read:", err=err)
            _tell_rows(existing.problems, err)


def _tell_rows(rows: tuple[RowProblem, ...], err: bool) -> None:
    _tell_lines([(row.line, row.reason) for row in rows], err)


def _tell_lines(told: list[tuple[int | None, str]], err: bool) -> None:
    for line, words in told[:MOST_TOLD]:
        where = f"line {line}: " if line else ""
        click.echo(f"  {where}{make_visible(words)}", err=err)
    if len(told) > MOST_TOLD:
        click.echo(f"  and {len(told) - MOST_TOLD:,} more", err=err)
