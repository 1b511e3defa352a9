"""The only module that reads the time, and the only one that asks for randomness."""

import secrets
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol

from ledger.errors import Refused
from ledger.frozen import dataclass

BACKWARD_SLACK = timedelta(seconds=2)
"""Clocks of processes on one machine may differ by this much; a larger step back is refused."""
FORWARD_JUMP = timedelta(days=31)


class Clock(Protocol):
    """Gives `recorded_at` of the next entry: UTC, whole milliseconds, never before `not_before`."""

    def next(self, not_before: datetime | None) -> datetime: ...


class Randomness(Protocol):
    """The one source of random bytes; injectable, so that examples and vectors are reproducible."""

    def __call__(self, size: int, /) -> bytes: ...


def system_randomness(size: int, /) -> bytes:
    """Random bytes of the operating system."""
    return secrets.token_bytes(size)


def today(zone: tzinfo) -> date:
    """The machine's day in a zone."""
    return datetime.now(zone).date()


def now() -> datetime:
    """The machine's moment, UTC."""
    return datetime.now(UTC)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(slots=True)
class SystemClock:
    """The machine's clock. A step back, or forward by more than 31 days, is refused until someone has looked.

    `allow_jump` confirms a jump forward (an idle ledger).
    """

    allow_jump: bool = False
    read: Callable[[], datetime] = field(default=now)
    """Where the moment comes from: the machine, or the server that keeps the entries."""

    def next(self, not_before: datetime | None) -> datetime:
        now = _whole(self.read())
        if not_before is None or now >= not_before:
            if not_before is not None and now - not_before > FORWARD_JUMP and not self.allow_jump:
                raise Refused(
                    "the last entry is of {:%Y-%m-%d}, more than 31 days ago; check the machine's clock "
                    "and repeat with --allow-clock-jump",
                    not_before,
                )
            return now
        if not_before - now <= BACKWARD_SLACK:
            return not_before
        raise Refused(
            "the machine's clock says {:%Y-%m-%d %H:%M:%S} UTC, before the last entry ({:%Y-%m-%d "
            "%H:%M:%S}); set it right, or, where the ledger's time is the wrong one: zeren clock correct",
            now,
            not_before,
        )


@dataclass(slots=True)
class CorrectingClock:
    """The machine's clock for the one entry that may go back in time (`clock.corrected`), never below `floor`.

    `floor` is what the anchors on record prove to have passed (FORMAT.md section 7), None where they prove nothing.
    """

    floor: datetime | None = None
    read: Callable[[], datetime] = field(default=now)

    def next(self, not_before: datetime | None) -> datetime:
        now = _whole(self.read())
        if self.floor is not None and now < self.floor:
            raise Refused(
                "the machine's clock says {:%Y-%m-%d %H:%M:%S} UTC, and by the anchors on record {:%Y-%m-%d %H:%M:%S} "
                "has passed; set the clock right first",
                now,
                self.floor,
            )
        if not_before is not None and now >= not_before:
            raise Refused(
                "the last entry ({:%Y-%m-%d %H:%M:%S} UTC) is not ahead of the machine's clock; nothing is to be "
                "corrected",
                not_before,
            )
        return now


def is_synchronised() -> bool | None:
    """Whether the system says that its clock follows a time server; None where it says nothing (no systemd)."""
    import shutil  # for who looks after the machine: no entry needs it
    import subprocess

    program = shutil.which("timedatectl")
    if program is None:
        return None
    words = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=2, check=False)  # noqa: S603 - a fixed one
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


@dataclass(slots=True)
class SimulatedClock:
    """A clock that stands where it is put: replayed scenarios and tests."""

    moment: datetime = field(default_factory=lambda: datetime(2000, 1, 1, tzinfo=UTC))

    def next(self, not_before: datetime | None) -> datetime:
        moment = _whole(self.moment)
        if not_before is not None and moment < not_before:
            raise Refused("recorded_at {} goes back before {}", str(moment), str(not_before))
        return moment
