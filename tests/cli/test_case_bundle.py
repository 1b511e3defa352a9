"""A case's bundle: complete for the case's unit and for every person of its trace, so that nothing can be left out."""

import shutil
from pathlib import Path

import pytest

from ledger.bundle.checking import check_bundle
from ledger.events.registry import spec_of
from tests.cli.test_keys import ok
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.evidence import Files, by_small, by_zeren, files_of, manifest_of, without

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("case") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


def bundle(home: Path, out: Path, *more: str) -> bytes:
    ok(home, "bundle", "K1", "--out", str(out), *more)
    return out.read_bytes()


def test_no_entry_about_the_unit_or_a_person_of_the_trace_can_be_left_out(home: Path, tmp_path: Path) -> None:
    """All of them are shown; without any one (every seventh is tried) it is invalid for both."""
    data = bundle(home, tmp_path / "k.zip")
    files = files_of(data)
    duty = next(part for part in manifest_of(files).parts if part.kind == "duty")
    trace = ok(home, "trace", "K1")
    named = {("person", row["person"]) for row in trace["persons"]} | {("unit", trace["unit"])}
    claimed = {(claim.kind, claim.id) for claim in duty.complete if claim.kind != "stream"}
    assert claimed <= named
    store = support.replayed(support.YUNXI).open("duty")
    about = {p for kind, id_ in named for p in store.store.about(kind, id_, duty.seal)}
    store.close()
    assert about <= set(duty.entries)
    assert {(kind, id_) for kind, id_ in named if (kind, id_) not in claimed} == set()
    assert by_zeren(data, [duty.fingerprint])[0] == []
    assert len(about) > 40
    for position in sorted(about)[::7]:
        changed = without(dict(files), "duty", position)
        assert by_zeren(changed)[0], position
        assert by_small(changed)[0], position


def test_no_cited_entry_about_others_can_be_left_out(home: Path, tmp_path: Path) -> None:
    """Its stream is shown whole: without any entry of it the bundle is invalid for both."""
    data = bundle(home, tmp_path / "k.zip")
    files = files_of(data)
    duty = next(part for part in manifest_of(files).parts if part.kind == "duty")
    streams = {claim.id for claim in duty.complete if claim.kind == "stream"}
    others = [p for p in duty.entries if any(f'"stream":"{each}"'.encode() in entry_of(files, p) for each in streams)]
    assert len(others) >= len(streams) > 0
    for position in others:
        changed = without(dict(files), "duty", position)
        assert by_zeren(changed)[0], position
        assert by_small(changed)[0], position


def entry_of(files: Files, position: int) -> bytes:
    return files[f"duty/entries/{position:010d}"]


def test_what_the_trace_does_not_cite_keeps_its_texts_for_itself(home: Path, tmp_path: Path) -> None:
    """Of entries that only make the answer complete texts and names are withheld, unless they are asked for."""

    def texts(data: bytes) -> set[int]:
        assert check_bundle(data, []).findings == []
        found = set()
        for name, body in files_of(data).items():
            if not name.startswith("duty/bodies/"):
                continue
            entry = files_of(data)[name.replace("bodies", "entries")].decode()
            type_ = entry.split('"type":"')[1].split('"')[0]
            for line in body.decode().split("\n")[1:-1]:
                spec = spec_of(type_, line.partition(" ")[0])
                if spec is not None and spec.field_class == "erasable":
                    found.add(int(name[-10:]))
        return found

    whole = bundle(home, tmp_path / "texts.zip", "--with-texts")
    shown = texts(whole)
    (tmp_path / "texts.zip").unlink()
    plain = bundle(home, tmp_path / "texts.zip")
    assert texts(plain) < shown
    (tmp_path / "texts.zip").unlink()
    none = bundle(home, tmp_path / "texts.zip", "--without-texts")
    assert {position for position in texts(none) if position not in _support(none)} == set()


def _support(data: bytes) -> set[int]:
    """Entries that were not asked for: they support the others and are shown as they are."""
    files = files_of(data)
    duty = next(part for part in manifest_of(files).parts if part.kind == "duty")
    return {int(name[-10:]) for name in files if name.startswith("duty/entries/")} - set(duty.entries)


def test_a_selection_is_called_one(home: Path, tmp_path: Path) -> None:
    """--cited-only is smaller and says in the first lines that it shows nothing to be complete; so do all verifiers."""
    small = bundle(home, tmp_path / "cited.zip", "--cited-only")
    assert len(small) < len(bundle(home, tmp_path / "whole.zip"))
    said = zeren(None, "verify", str(tmp_path / "cited.zip")).out
    assert "duty" in said
    assert "a selection: nothing here shows that there is nothing else" in said
    assert "a selection" not in zeren(None, "verify", str(tmp_path / "whole.zip")).out
    assert [part.selection for part in check_bundle(small, []).parts] == [False, True]


def test_with_texts_and_without_exclude_each_other(home: Path, tmp_path: Path) -> None:
    """Both at once are refused, and nothing is written."""
    refused = zeren(home, "bundle", "K1", "--with-texts", "--without-texts", "--out", str(tmp_path / "no.zip"))
    assert (refused.code, (tmp_path / "no.zip").exists()) == (2, False)
