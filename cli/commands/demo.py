"""zeren demo: replay the demonstration, verify it, print the answers, serve the pages."""

import os
import shutil
from datetime import date
from importlib import resources
from pathlib import Path

import click

from cli.asking import json_option
from cli.commands.verify import check
from cli.showing.output import note, print_json, print_lines, table
from cli.showing.verification import print_report
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from projections.facts.values import Period
from projections.language.catalogue import _, language
from projections.language.trace import Explainer
from projections.language.trace_words import LEVELS
from projections.questions.desk import Desk
from projections.questions.heads import heads, root_among
from projections.questions.holders import subject_of, timeline
from projections.questions.plain import plain
from projections.reports.case_report import report_of
from projections.reports.report_text import report_lines
from projections.views.catch_up import digest, rebuild
from projections.views.view_store import Views

SUBJECT = "辅助器具资源中心"
CASE = "K1"
SCENARIO = Path("tests/scenarios/yunxi.yaml")
SHIPPED = Path(str(resources.files("projections"))) / "data" / SCENARIO.name
"""Where an ordinary installation has it: the build puts it there."""


@click.command("demo", help=N_("Replay the demonstration, verify it, print the answers, serve the pages."))
@click.option(
    "--scenario", type=click.Path(path_type=Path), default=SCENARIO, show_default=True, help=N_("Scenario file.")
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help=N_("Demo directory; made anew."),
)
@click.option("--port", type=int, default=8421, show_default=True, help=N_("Port of the pages; 0 takes a free one."))
@json_option
def command(scenario: Path, into: Path, port: int, as_json: bool) -> int:
    _make_room(into)
    if scenario == SCENARIO and not scenario.exists() and SHIPPED.exists():
        scenario = SHIPPED
    loaded = load_scenario(scenario)
    note(_("Replaying {file} into {directory} ...").format(file=scenario, directory=into))
    replay(loaded, into)
    home = Home(into)
    if not as_json:
        print_lines("", _heading(_("Verification")))
    reports = {}
    for kind in home.kinds():
        ledger = home.open(kind)
        try:
            outcome = check(home, kind, ledger)
        finally:
            ledger.close()
        reports[kind] = outcome
        if not as_json:
            print_report(kind, outcome)
    views = rebuild(home)
    try:
        if as_json:
            trace = {**plain(Desk(views).trace(CASE)), "ledgers": heads(Desk(views), root_among([home])).items}
            verdicts = {kind: report.verdict for kind, report in reports.items()}
            print_json({"directory": str(into), "verdicts": verdicts, "views": digest(views), "trace": trace})
        else:
            print_lines("", _heading(_("Views")), _("digest {digest}").format(digest=digest(views)))
            _print_answers(views, loaded.meta.period_from, loaded.meta.period_to)
    finally:
        views.close()
    if not as_json:
        _print_places(home)
    if any(report.exit_code for report in reports.values()):
        return max(report.exit_code for report in reports.values())
    if os.environ.get("DEMO_SERVE") != "0":
        from cli.commands.serve import serve

        serve(home, port=port, everybody=True, as_json=as_json)
    return 0


def _make_room(into: Path) -> None:
    """A second run starts afresh: an earlier demo is removed, anything else is left alone."""
    if not into.exists() or not any(into.iterdir()):
        return
    if not Home(into).manifest.is_file():
        raise BadInput(
            _("{directory} is not an earlier demo; choose another directory with --into").format(directory=into)
        )
    note(_("Removing the earlier demo in {directory}.").format(directory=into))
    shutil.rmtree(into)


def _heading(title: str) -> str:
    return f"== {title}"


def _print_answers(views: Views, first: date, last: date) -> None:
    desk = Desk(views)
    facts = desk.facts()
    explain = Explainer(facts)
    subject = subject_of(facts, SUBJECT)
    print_lines("", _heading(_("Who held {unit}, over time").format(unit=SUBJECT)))
    rows = [
        (
            _(LEVELS[level]),
            explain.period(holding.period),
            explain.name(holding.person),
            _("acting") if holding.acting else "",
            explain.cites([holding.entry]),
        )
        for level in subject.levels
        for holding in timeline(facts, level, subject.unit, Period(first, last))
    ]
    print_lines(table((_("duty"), _("days"), _("holder"), _("capacity"), _("entry")), rows))
    print_lines(
        "",
        _heading(_("Trace")),
        *report_lines(report_of(desk.trace(CASE), desk, [], language(), charts=False, form="brief")),
    )


def _print_places(home: Home) -> None:
    print_lines("", _heading(_("Where everything lies")))
    places = [(kind, home.database(kind)) for kind in home.kinds()]
    places += [(N_("views"), home.views), (N_("keys"), home.keys("duty").parent), (N_("held"), home.held)]
    print_lines(*(f"  {_(name)}: {path}" for name, path in places))
    print_lines("", _("Ask further: zeren --dir {directory} trace {case}").format(directory=home.directory, case=CASE))
