"""Verification reads one state: whoever writes meanwhile, and whatever he seals, signs and remembers."""

import os
import subprocess
import sys
import time
from pathlib import Path

from ledger.home.directory import Home
from ledger.verify import verify_ledger
from tests.support.builders import duty_ledger

WRITER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from ledger.home.held import ENDING
from ledger.remembered import SIGNED, remember
from tests.support.builders import assignment, open_desk

desk, number = open_desk("duty", Path(sys.argv[1])), 0
held = Path(sys.argv[1]).parent / "held"
held.mkdir()
print("writing", flush=True)
while True:
    number += 1
    desk.record(assignment(f"W{number}"), "rec")
    if number % 3 == 0:
        desk.clock.moment += timedelta(seconds=1)
        desk.ledger.seal(desk.signer("svc"))
        note = desk.ledger.sign_checkpoint(desk.log)
        remember(desk.ledger, SIGNED, note)
        (held / f"20240103T000000Z-{desk.ledger.size():09}{ENDING}").write_bytes(note)
"""
VERIFICATIONS = 12


def test_no_false_alarm_beside_a_writer(tmp_path: Path) -> None:
    """While another process records, seals, signs and hands out checkpoints without a pause, every verification and
    every question finds nothing wrong, and each verification saw more than the one before."""
    home = Home(tmp_path / "home")
    home.create()
    duty_ledger(home.directory).close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.database("duty"))], stdout=subprocess.PIPE, text=True, env=environment
    )
    sizes = []
    try:
        assert writer.stdout is not None
        assert "writing\n" == writer.stdout.readline()
        for _ in range(VERIFICATIONS):
            time.sleep(0.05)
            ledger = home.open("duty")
            report = verify_ledger(ledger, heads=home.heads("duty", ledger, every=True))
            ledger.close()
            assert ("valid", []) == (report.verdict, [str(finding.what) for finding in report.findings])
            sizes.append(report.size)
            home.ask("duty").close()
            home.check_heads()
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        if writer.stdout is not None:
            writer.stdout.close()
    assert sorted(sizes) == sizes
    assert sizes[0] < sizes[-1]
