"""The report of a ledger's verification, for people and as JSON."""

from cli.showing.clocks import clock_answer
from cli.showing.output import labelled, mark_text, print_lines
from cli.showing.policy_texts import policy_answer, policy_text
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.verify import LedgerReport
from ledger.verify.ledger_report import PolicyChange
from projections.language.catalogue import _, explain_error


def as_data(report: LedgerReport) -> dict[str, object]:
    """A report as JSON shows it."""
    return {
        "verdict": report.verdict,
        "origin": report.origin,
        "fingerprint": report.fingerprint,
        "simulated": report.simulated,
        "size": report.size,
        "root": b64encode(report.root),
        "signatures": report.signatures,
        "bodies": report.bodies,
        "checkpoints": report.checkpoints,
        "tiles": report.tiles,
        "seals": report.seals,
        "anchors": report.anchors,
        "confirmed": report.confirmed,
        "confirmed_by_own": report.confirmed_by_own,
        "time_contradicted": report.contradicted,
        "policies": [policy_answer(change.policy) | _adoption(change) for change in report.policies],
        "clock_corrections": [clock_answer(change) for change in report.clocks],
        "findings": [{"severity": f.severity, "position": f.position, "what": str(f.what)} for f in report.findings],
        "more_findings": report.more_findings,
        "marks": dict(report.marks),
        "not_checked": [str(what) for what in report.not_checked],
    }


def print_report(kind: str, report: LedgerReport) -> None:
    """A report for people: findings first, the verdict last."""
    simulated = " (" + _("simulated") + ")" if report.simulated else ""
    print_lines(f"{kind}  {report.origin}{simulated}", "  " + _("fingerprint {f}").format(f=report.fingerprint))
    for finding in report.findings:
        where = f"#{finding.position}: " if finding.position is not None else ""
        print_lines(f"  {_(finding.severity)}: {where}{explain_error(finding.what)}")
    if report.more_findings:
        print_lines("  " + _("... and {n} findings more").format(n=report.more_findings))
    print_lines(
        "  "
        + _(
            "{size} entries, {signatures} signatures, {bodies} bodies, {tiles} tiles, {seals} seals, "
            "{checkpoints} checkpoints checked"
        ).format(
            size=report.size,
            signatures=report.signatures,
            bodies=report.bodies,
            tiles=report.tiles,
            seals=report.seals,
            checkpoints=report.checkpoints,
        )
    )
    for change in report.policies:
        print_lines(
            "  "
            + _("policy adopted at #{position} by {signers}: {policy}").format(
                position=change.position, signers=", ".join(change.signers), policy=policy_text(change.policy)
            )
        )
    for corrected in report.clocks:
        print_lines(
            "  "
            + _("clock corrected at #{position} by {signers}, from {before} to {after}: {reason}").format(
                position=corrected.position,
                signers=", ".join(corrected.signers),
                before=format_time(corrected.before),
                after=format_time(corrected.recorded_at),
                reason=corrected.reason,
            )
        )
    if report.anchors:
        print_lines(
            "  "
            + _("{anchors} anchors checked; {confirmed} entries confirmed between two moments").format(
                anchors=report.anchors, confirmed=report.confirmed
            )
        )
    if report.confirmed_by_own is not None:
        print_lines("  " + _("under the policy given: {n} entries confirmed").format(n=report.confirmed_by_own))
    for mark, count in sorted(report.marks.items()):
        print_lines(labelled(_("mark"), f"{mark_text(mark)} ({count})"))
    for what in report.not_checked:
        print_lines(labelled(_("not checked"), explain_error(what)))
    print_lines(labelled(_("verdict"), _(report.verdict)))


def _adoption(change: PolicyChange) -> dict[str, object]:
    return {
        "position": change.position,
        "recorded_at": format_time(change.recorded_at),
        "signers": change.signers,
    }
