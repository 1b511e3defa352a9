"""Which addresses name the place that a folder knows: nothing is asked of a server for that."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.errors import BadInput
from ledger.home.joined import join, local_folder, pointer_of
from ledger.store.pointer import format_pointer, parse_url, read_pointer
from ledger.writing import replace_private

CERTIFICATE = "sslrootcert=system"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that has met the ledger of an organ on the server `a`."""
    place = tmp_path / "mine"
    known = join(f"postgresql://me@a/organ?{CERTIFICATE}", place)
    replace_private(pointer_of(place, "duty"), format_pointer(replace(known, origin="zeren.test/o", fingerprint="F=")))
    return place


@pytest.mark.parametrize("hosts", ["a,b", "b,a", "a:5432", "b:6432,a:5432"])
def test_a_standby_makes_no_other_place_of_it(folder: Path, hosts: str) -> None:
    """Servers are added to an address, or one is replaced while another stays; the ledger that was met is the one
    that is expected there, and the new address is kept."""
    found = join(f"postgresql://me@{hosts}/organ?{CERTIFICATE}", folder)
    assert (found.origin, found.fingerprint) == ("zeren.test/o", "F=")
    assert dict(read_pointer(pointer_of(folder, "duty")).parameters) == dict(found.parameters)
    assert ("a", "5432") in found.servers


@pytest.mark.parametrize("other", ["b/organ", "a:6432/organ", "a/other", "b,c/organ", "b,a:6432/organ"])
def test_another_server_or_database_is_another_place(folder: Path, other: str) -> None:
    """Nothing that was known of one is asked of another; the folder stays as it was."""
    before = pointer_of(folder, "duty").read_bytes()
    with pytest.raises(BadInput, match="belongs to"):
        join(f"postgresql://me@{other}?{CERTIFICATE}", folder)
    assert pointer_of(folder, "duty").read_bytes() == before


def test_the_server_named_first_tells_the_folder(tmp_path: Path) -> None:
    """Where none is named: with a standby or without, one folder; for another server or database, another."""
    environ = {"XDG_DATA_HOME": str(tmp_path)}
    one, behind, other, elsewhere = (
        local_folder(f"postgresql://me@{said}?{CERTIFICATE}", environ)
        for said in ("a/organ", "a,b/organ", "b/organ", "a/other")
    )
    assert one == behind
    assert len({one, other, elsewhere}) == 3


def test_a_port_for_all_servers_is_that_of_each() -> None:
    """As libpq reads it: one port for all, or one for each."""
    for said, servers in (
        ("postgresql://me@/organ?host=a,b&port=6432", (("a", "6432"), ("b", "6432"))),
        ("postgresql://me@a,b:6432/organ", (("a", "5432"), ("b", "6432"))),
        ("postgresql:///organ", (("", "5432"),)),
    ):
        assert parse_url(f"{said}{'&' if '?' in said else '?'}{CERTIFICATE}").servers == servers
