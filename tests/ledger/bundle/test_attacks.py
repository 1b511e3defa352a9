"""Attacks on bundles by somebody who can write every file anew: each is named by all three verifiers."""

import base64
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ledger.bundle import standalone
from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.layout import CompleteClaim, parse_manifest
from ledger.bundle.outside_evidence import open_older
from ledger.bundle.part import PartCheck
from ledger.core.archive import Damage, read_archive, write_archive
from ledger.core.body import disclose
from ledger.core.encoding import b64encode, b64url_decode
from ledger.core.entry import parse_entry
from ledger.core.seal_map import stream_key
from ledger.errors import ZerenError
from ledger.store.sealed_heads import fill_from_index
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.scratch import scratch
from tests.support.anchoring import WITNESSES
from tests.support.evidence import (
    Files,
    Verifier,
    by_small,
    by_zeren,
    case_bundle,
    desks,
    dossier,
    files_of,
    manifest_of,
    positions,
    repacked,
    without,
)

pytestmark = pytest.mark.long


def fingerprint() -> str:
    return desks()[0].ledger.fingerprint


def name_of(position: int, folder: str = "entries") -> str:
    return f"duty/{folder}/{position:010d}"


def swap(files: Files, one: str, two: str) -> None:
    files[one], files[two] = files[two], files[one]


def test_whole_bundles_pass(verify: Verifier) -> None:
    """Unchanged bundles of a dossier and of a case are valid under the fingerprint; the case's pins the duty ledger."""
    assert ([], []) == verify(dossier(), [fingerprint()])
    assert ([], []) == verify(case_bundle(), [desks()[1].ledger.fingerprint])


def test_without_a_fingerprint_the_root_of_trust_is_unconfirmed(verify: Verifier) -> None:
    """Nothing is false, but it is said that nobody confirmed which ledger this is; a wrong fingerprint is a fault."""
    faults, unchecked = verify(dossier())
    assert not faults
    assert [line for line in unchecked if "unconfirmed root of trust" in line and fingerprint() in line]

    assert verify(dossier(), [b64encode(bytes(32))])[0]


def test_dropping_any_one_entry_is_named(verify: Verifier) -> None:
    """Whichever entry of a dossier, its keys, policies or tail is taken out is missed.

    But for anchors before the seal: leaving one out can only widen the times between which an entry came to be.
    """
    files = files_of(dossier())
    seal = manifest_of(files).parts[0].seal
    for position in positions(files):
        if position < seal and b'"anchor.recorded/1"' in files[name_of(position)]:
            continue
        faults, _ = verify(without(files_of(dossier()), "duty", position), [fingerprint()])
        assert faults, position


def test_a_dropped_entry_of_the_dossier_is_named_by_its_number(verify: Verifier) -> None:
    """Of each entry about the person the missing running number is named, of each in the stream its version."""
    files = files_of(dossier())
    for position in manifest_of(files).parts[0].entries:
        faults, _ = verify(without(files_of(dossier()), "duty", position), [fingerprint()])
        assert [what for name, what in faults if name == "duty/heads.json" and "missing" in what], position


def test_dropping_any_entry_of_a_case_is_named(verify: Verifier) -> None:
    """The same holds for the case's own ledger, and for what the case cites of the duty ledger's completeness."""
    for path in ("case", "duty"):
        for position in positions(files_of(case_bundle()), path):
            bundle = without(files_of(case_bundle()), path, position)
            header = parse_entry(files_of(case_bundle())[f"{path}/entries/{position:010d}"]).header
            if header.type == "anchor.recorded/1":
                continue
            assert verify(bundle, [desks()[1].ledger.fingerprint])[0], (path, position)


def body_with(files: Files, position: int, name: str, value: object) -> None:
    """Another value under a new salt, its digest in the map made to fit."""
    data = files[name_of(position, "bodies")].decode()
    first, *lines = data.split("\n")
    disclosure = disclose(name, value, bytes(16))
    digests = json.loads(first)
    digests[name] = standalone.e64(standalone.sha(disclosure.encode()))
    rows = [f"{name} {disclosure}" if line.startswith(f"{name} ") else line for line in lines]
    files[name_of(position, "bodies")] = "\n".join([standalone.canonical(digests).decode(), *rows]).encode()


def replace_in(files: Files, name: str, old: bytes, new: bytes) -> None:
    assert old in files[name], (name, old)
    files[name] = files[name].replace(old, new, 1)


def everywhere(files: Files, old: bytes, new: bytes) -> None:
    """Replaces in the checkpoint and in every proof that repeats it."""
    for name in files:
        if name == "duty/checkpoint" or name.startswith("duty/proofs/"):
            replace_in(files, name, old, new)


def talk_at(files: Files) -> int:
    """The position of the first talk."""
    return next(p for p in positions(files) if b'"talk.held/1"' in files[name_of(p)])


def altered_text(files: Files) -> None:
    body_with(files, talk_at(files), "text", "another text")


def altered_disclosure_alone(files: Files) -> None:
    position = talk_at(files)
    line = next(row for row in files[name_of(position, "bodies")].split(b"\n") if row.startswith(b"text "))
    replace_in(files, name_of(position, "bodies"), line, b"text " + disclose("text", "another", bytes(16)).encode())


def swapped_bodies(files: Files) -> None:
    one, two = manifest_of(files).parts[0].entries[:2]
    swap(files, name_of(one, "bodies"), name_of(two, "bodies"))


def swapped_entries(files: Files) -> None:
    one, two = manifest_of(files).parts[0].entries[:2]
    swap(files, name_of(one), name_of(two))


def swapped_proofs(files: Files) -> None:
    one, two = manifest_of(files).parts[0].entries[:2]
    swap(files, name_of(one, "proofs"), name_of(two, "proofs"))


def repeated_member_in_header(files: Files) -> None:
    replace_in(files, name_of(talk_at(files)), b',"version":', b',"type":"talk.held/1","version":')


def repeated_name_in_map(files: Files) -> None:
    name = name_of(talk_at(files), "bodies")
    first = files[name].split(b"\n")[0]
    member = first[1 : first.index(b",")]
    replace_in(files, name, b"{" + member, b"{" + member + b"," + member)


def repeated_line_in_body(files: Files) -> None:
    name = name_of(talk_at(files), "bodies")
    line = next(row for row in files[name].split(b"\n") if row.startswith(b"text "))
    replace_in(files, name, line, line + b"\n" + line)


def repeated_row_in_heads(files: Files) -> None:
    replace_in(files, "duty/heads.json", b'"kind":', b'"kind":"stream","kind":')


def padded_space_in_heads(files: Files) -> None:
    replace_in(files, "duty/heads.json", b",", b", ")


def lenient_base64_in_proof(files: Files) -> None:
    """The last hash with other padding bits: the same bytes to a lenient reader."""
    name = name_of(talk_at(files), "proofs")
    line = files[name].split(b"\n")[2]
    last = bytes([line[-2] + 1])
    assert base64.b64decode(line) == base64.b64decode(line[:-2] + last + b"=")
    replace_in(files, name, line, line[:-2] + last + b"=")


def junk_in_base64(files: Files) -> None:
    name = name_of(talk_at(files), "proofs")
    line = files[name].split(b"\n")[2]
    replace_in(files, name, line, line[:10] + b"\r" + line[10:])


def lenient_base64_in_signature(files: Files) -> None:
    name = name_of(talk_at(files))
    line = files[name].rstrip(b"\n").split(b" ")[-1]
    replace_in(files, name, line, line[:-2] + bytes([line[-2] + 1]) + b"=")


def lenient_base64url_in_disclosure(files: Files) -> None:
    name = name_of(talk_at(files), "bodies")
    line = next(row for row in files[name].split(b"\n") if row.startswith(b"ref "))
    assert b64url_decode(line[4:].decode())
    replace_in(files, name, line, line + b"=")


def stripped_signature_line(files: Files) -> None:
    name = name_of(talk_at(files))
    lines = files[name].rstrip(b"\n").split(b"\n")
    files[name] = b"\n".join(lines[:-1]) + b"\n"


def reordered_signature_lines(files: Files) -> None:
    name = name_of(talk_at(files))
    *head, one, two = files[name].rstrip(b"\n").split(b"\n")
    files[name] = b"\n".join([*head, two, one]) + b"\n"


def unknown_signature_line(files: Files) -> None:
    name = name_of(talk_at(files))
    files[name] += files["duty/checkpoint"].rstrip(b"\n").split(b"\n")[4] + b"\n"


def other_ledger_named(files: Files) -> None:
    replace_in(files, "manifest.json", b'"origin":"zeren.test/organ/duty"', b'"origin":"zeren.test/organ/other"')


def other_fingerprint_named(files: Files) -> None:
    replace_in(files, "manifest.json", fingerprint().encode(), b64encode(bytes(32)).encode())


def other_size_named(files: Files) -> None:
    size = manifest_of(files).parts[0].size
    replace_in(files, "manifest.json", b'"size":%d' % size, b'"size":%d' % (size - 1))


def other_seal_named(files: Files) -> None:
    """An earlier seal, after which entries of another kind follow."""
    seal = manifest_of(files).parts[0].seal
    replace_in(files, "manifest.json", b'"seal":%d' % seal, b'"seal":%d' % (seal - 9))


def older_checkpoint(files: Files) -> None:
    """A smaller checkpoint of the same ledger, truly signed, in place of the bundle's."""
    old, new = desks()[0].ledger.store.checkpoints()[-1][1], files["duty/checkpoint"]
    everywhere(files, new, old)


def unsigned_checkpoint(files: Files) -> None:
    """Another root under the same signature."""
    root = files["duty/checkpoint"].split(b"\n")[2]
    everywhere(files, root, b64encode(bytes(32)).encode())


def forged_witness_line(files: Files) -> None:
    """A witness's line with another time."""
    line = files["duty/checkpoint"].rstrip(b"\n").split(b"\n")[-1]
    head, encoded = line.rsplit(b" ", 1)
    payload = bytearray(base64.b64decode(encoded))
    payload[11] ^= 1
    everywhere(files, line, head + b" " + base64.b64encode(payload))


def withheld_subject(files: Files) -> None:
    name = name_of(talk_at(files), "bodies")
    files[name] = b"\n".join(row for row in files[name].split(b"\n") if not row.startswith(b"subject.0 "))


def withheld_key_field(files: Files) -> None:
    position = next(p for p in positions(files) if b'"key.enrolled/1"' in files[name_of(p)])
    name = name_of(position, "bodies")
    files[name] = b"\n".join(row for row in files[name].split(b"\n") if not row.startswith(b"roles "))


def missing_path(files: Files) -> None:
    rows = json.loads(files["duty/heads.json"])
    kept = [row for row in rows if row["id"] != "key/p-c"]
    files["duty/heads.json"] = standalone.canonical(kept) + b"\n"


def exchanged_paths(files: Files) -> None:
    rows = json.loads(files["duty/heads.json"])
    rows[0]["path"], rows[1]["path"] = rows[1]["path"], rows[0]["path"]
    files["duty/heads.json"] = standalone.canonical(rows) + b"\n"


def false_absence(files: Files) -> None:
    """The keys of p-c shown as if the map did not have them, and their entries taken out."""
    rows = json.loads(files["duty/heads.json"])
    for row in rows:
        if row["id"] == "key/p-c":
            row["end"] = None
    files["duty/heads.json"] = standalone.canonical(rows) + b"\n"
    for position in positions(files):
        if b'"key/p-c"' in files[name_of(position)]:
            for folder in ("entries", "bodies", "proofs"):
                del files[name_of(position, folder)]


def missing_growth(files: Files) -> None:
    del files[next(name for name in sorted(files) if name.startswith("duty/growth/"))]


def other_types(files: Files) -> None:
    replace_in(files, "types/2.json", b'"author":["recorder"]', b'"author":["signer"]')


ATTACKS: tuple[tuple[Callable[[Files], None], str], ...] = (
    (altered_text, "bodies"),
    (altered_disclosure_alone, "bodies"),
    (swapped_bodies, "bodies"),
    (swapped_entries, "entries"),
    (swapped_proofs, "proofs"),
    (repeated_member_in_header, "entries"),
    (repeated_name_in_map, "bodies"),
    (repeated_line_in_body, "bodies"),
    (repeated_row_in_heads, "heads.json"),
    (padded_space_in_heads, "heads.json"),
    (lenient_base64_in_proof, "proofs"),
    (junk_in_base64, "proofs"),
    (lenient_base64_in_signature, "entries"),
    (lenient_base64url_in_disclosure, "bodies"),
    (stripped_signature_line, "entries"),
    (reordered_signature_lines, "entries"),
    (unknown_signature_line, "entries"),
    (other_ledger_named, ""),
    (other_fingerprint_named, "entries/0000000000"),
    (other_size_named, ""),
    (other_seal_named, ""),
    (older_checkpoint, ""),
    (unsigned_checkpoint, ""),
    (forged_witness_line, "checkpoint"),
    (withheld_subject, ""),
    (withheld_key_field, ""),
    (missing_path, "heads.json"),
    (exchanged_paths, "heads.json"),
    (false_absence, "heads.json"),
    (missing_growth, "entries"),
    (other_types, ""),
)


@pytest.mark.parametrize(("attack", "where"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_an_attack_is_named_with_its_file(verify: Verifier, attack: Callable[[Files], None], where: str) -> None:
    """The fault is found although the manifest fits the changed files, and the file that it lies in is named."""
    files = files_of(dossier())
    attack(files)
    faults, unchecked = verify(repacked(files), [fingerprint()])

    if attack is other_types and not faults:  # another list is incomplete, not false, to who knows the list
        assert unchecked
        return
    assert faults
    assert [name for name, _ in faults if name.startswith(f"duty/{where}")] or not where


def test_a_case_bundle_claims_no_absence(verify: Verifier) -> None:
    """A path of absence in a case ledger's part is refused: its bundles never claim that something is not there."""
    files = files_of(case_bundle())
    desk = desks()[1]
    with closing(scratch()) as connection:
        apart = HeadMap.apart(connection)
        fill_from_index(desk.ledger.store.rows, apart, manifest_of(files).parts[0].seal, with_subjects=False)
        proof = apart.path(stream_key("case/none"))
    rows = json.loads(files["case/heads.json"])
    end = None
    if proof.end is not None:
        end = {
            "key": b64encode(proof.end.key),
            "count": proof.end.count,
            "position": proof.end.position,
            "leaf": b64encode(proof.end.leaf),
        }
    rows.append({"kind": "stream", "id": "case/none", "end": end, "path": [b64encode(h) for h in proof.siblings]})
    rows.sort(key=lambda row: (row["kind"], row["id"]))
    files["case/heads.json"] = standalone.canonical(rows) + b"\n"
    faults, _ = verify(repacked(files), [desk.ledger.fingerprint])

    assert [what for name, what in faults if "absence" in what]


def test_a_pin_that_does_not_lead_to_the_checkpoint_is_found(verify: Verifier) -> None:
    """Without the consistency proof from the pin, or with another one, the duty part of a case is refused."""
    for change in (b"", b"zeren/growth/v1\n1\n2\n"):
        files = files_of(case_bundle())
        name = next(each for each in sorted(files) if each.startswith("duty/growth/"))
        if change:
            files[name] = change
        else:
            del files[name]
        faults, _ = verify(repacked(files), [desks()[1].ledger.fingerprint])
        assert [name for name, _ in faults if name.startswith("duty/growth")]


def test_the_duty_ledger_is_not_trusted_through_a_case_that_is_not(verify: Verifier) -> None:
    """A fingerprint of the duty ledger alone leaves the case's ledger unconfirmed."""
    faults, unchecked = verify(case_bundle(), [fingerprint()])
    assert not faults
    assert 1 == len([line for line in unchecked if "unconfirmed root of trust" in line])


def test_files_put_in_taken_out_or_changed_are_named(verify: Verifier) -> None:
    """Without a new manifest each change of a file is named by its name."""
    for name in ("index.html", "verify.py", "types/2.json", "duty/checkpoint", name_of(0)):
        files = files_of(dossier())
        files[name] += b" "
        assert name in [fault for fault, _ in verify(write_archive(files), [fingerprint()])[0]]
    files = files_of(dossier())
    files["duty/extra"] = b"x"
    assert "duty/extra" in [fault for fault, _ in verify(write_archive(files), [fingerprint()])[0]]
    del files["duty/extra"], files["verify.py"]
    assert "verify.py" in [fault for fault, _ in verify(write_archive(files), [fingerprint()])[0]]


def deep() -> bytes:
    """JSON that nests deeper than any reader's stack."""
    return b"[" * 100_000 + b"]" * 100_000 + b"\n"


@pytest.mark.parametrize("name", ["manifest.json", "types/2.json", "duty/heads.json", "duty/bodies/0000000005"])
def test_json_that_nests_without_end_is_a_fault_of_its_file(verify: Verifier, name: str) -> None:
    """No reader fails at it: it is named, and the exit code is that of what is invalid."""
    files = {**files_of(dossier()), name: deep()}
    bundle = write_archive(files) if name == "manifest.json" else repacked(files)
    faults, _ = verify(bundle, [fingerprint()])
    assert faults
    assert {name, "manifest.json"} & {fault for fault, _ in faults}


# --- the archive ---


def small_archive() -> bytes:
    return write_archive({"a": b"first", "b/c": b"", "d.txt": b"second file"})


def damage_small(data: bytes) -> list[object]:
    faults: list[tuple[str, str]] = []
    standalone.Archive(BytesIO(data), faults)
    return list(faults)


def damage_zeren(data: bytes) -> list[object]:
    return list[object](read_archive(data).damage)


@pytest.mark.parametrize("reader", [damage_zeren, damage_small])
def test_each_bit_and_each_length_of_an_archive_counts(reader: Callable[[bytes], list[object]]) -> None:
    """No bit of an archive can change and no byte at its end can go or come without being found."""
    whole = small_archive()
    assert not reader(whole)
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        assert reader(bytes(changed)), bit
    assert all(reader(whole[:length]) for length in range(len(whole)))
    assert reader(whole + b"\0")


def test_each_bit_and_each_length_of_an_archive_counts_in_the_browser(browser_page: Any) -> None:
    """The same in the page's script."""
    script = """(encoded) => {
        const whole = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
        const passes = (data) => { const faults = []; unzip(data, faults); return faults.length === 0; };
        const passed = [];
        for (let bit = 0; bit < 8 * whole.length; bit++) {
            const changed = whole.slice();
            changed[bit >> 3] ^= 1 << (bit & 7);
            if (passes(changed)) passed.push(bit);
        }
        for (let length = 0; length < whole.length; length++) if (passes(whole.slice(0, length))) passed.push(length);
        return [passes(whole), passed];
    }"""
    assert [True, []] == browser_page.evaluate(script, base64.b64encode(small_archive()).decode())


def test_a_damaged_file_is_named_where_it_is_cut_off() -> None:
    """The fault of a cut-off archive names the file in which it ends."""
    files = files_of(dossier())
    data = dossier()
    at = data.index(files[name_of(3)]) + 5
    for name, _ in (by_zeren(data[:at])[0][0], by_small(data[:at])[0][0]):
        assert name_of(3) == name


@pytest.mark.parametrize("stride", [997])
def test_a_bundle_cut_off_anywhere_is_refused(verify: Verifier, stride: int) -> None:
    """At no length below the whole does a bundle pass."""
    data = dossier()
    lengths = [*range(0, len(data), 10 * stride), len(data) - 1]
    assert all(verify(data[:length], [fingerprint()])[0] for length in lengths)


# --- each bit of small proofs ---


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def check_zeren(files: Files, position: int) -> bool:
    """Whether the proof of an entry passes `zeren verify`."""
    report = BundleReport()
    needed = ("duty/checkpoint", name_of(position, "proofs"))
    part = PartCheck(
        report, manifest_of(files).parts[0], read_archive(write_archive({n: files[n] for n in needed})), ()
    )
    part._read_checkpoint()
    part._check_proof(parse_entry(files[name_of(position)]), position)
    return not report.findings


def small_part(files: Files) -> standalone.Part:
    """The duty part under check by verify.py, its entries, keys and checkpoint read."""
    bundle = standalone.Bundle(BytesIO(dossier()), set())
    bundle.files, bundle.faults = files, []
    manifest = json.loads(files["manifest.json"])
    part = standalone.Part(bundle, manifest["parts"][0])
    part.run()
    bundle.faults.clear()
    return part


def test_each_bit_of_a_proof_counts() -> None:
    """Neither reader lets an inclusion proof pass of which one bit is another."""
    files = files_of(dossier())
    position = talk_at(files)
    name, entry = name_of(position, "proofs"), parse_entry(files[name_of(position)])
    assert check_zeren(files, position)
    part = small_part(files)
    small = standalone.Entry(entry.data)
    for changed in flips(files[name]):
        files[name] = changed
        assert not check_zeren(files, position)
        with pytest.raises((ValueError, LookupError)):
            part.check_proof(position, small.leaf)


def test_each_bit_of_a_consistency_proof_counts() -> None:
    """The same for the proof that an older checkpoint is continued."""
    files = files_of(dossier())
    name = next(each for each in sorted(files) if each.startswith("duty/growth/"))
    part = small_part(files)
    older = next(
        entry.values["checkpoint"].encode()
        for entry in map(part.read, sorted(part.entries))
        if entry.type == "anchor.recorded/1" and f"{int(entry.values['checkpoint'].split(chr(10))[1]):010d}" in name
    )
    part.check_older(older)
    whole = PartCheck(BundleReport(), manifest_of(files).parts[0], read_archive(write_archive(files)), ["types/2.json"])
    whole.run()
    open_older(whole, older)
    for changed in flips(files[name]):
        files[name] = changed
        whole.files = read_archive(write_archive({name: changed}))
        with pytest.raises(ZerenError):
            open_older(whole, older)
        with pytest.raises((ValueError, LookupError)):
            part.check_older(older)


def test_each_bit_of_a_map_path_counts() -> None:
    """One bit of a row of heads.json changed, and what it proves is proved no more."""
    files = files_of(dossier())
    part = small_part(files)
    rows = json.loads(files["duty/heads.json"])
    row = next(each for each in rows if each["id"] == "p-a")
    root = standalone.d64(part.read(part.seal).values["heads"])
    part.check_complete("person", "p-a", row, root)
    for changed in flips(standalone.canonical({"end": row["end"], "path": row["path"]})):
        with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
            part.check_complete("person", "p-a", standalone.parse_json(changed), root)


def test_each_bit_of_small_proofs_counts_in_the_browser(browser_page: Any) -> None:
    """The page's script lets no inclusion proof pass of which one bit is another."""
    files = files_of(dossier())
    position = talk_at(files)
    script = """async ([encoded, name, position]) => {
        const bundle = new Bundle(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
        await bundle.attempt("manifest.json", () => bundle.check([]));
        const claims = JSON.parse(text(bundle.files.get("manifest.json"))).parts[0];
        const part = new Part(bundle, claims);
        await part.run();
        const [whole, entry, passed] = [bundle.files.get(name), part.entries.get(position), []];
        await part.checkProof(position, entry.leaf);
        for (let bit = 0; bit < 8 * whole.length; bit++) {
            const changed = whole.slice();
            changed[bit >> 3] ^= 1 << (bit & 7);
            bundle.files.set(name, changed);
            await part.checkProof(position, entry.leaf).then(() => passed.push(bit), () => undefined);
        }
        return passed;
    }"""
    arguments = [base64.b64encode(dossier()).decode(), name_of(position, "proofs"), position]
    assert [] == browser_page.evaluate(script, arguments)


def test_the_verifiers_know_the_witness_of_the_policy() -> None:
    """The bundle's checkpoint carries the line of a witness whom the policy names, with the policy's own key."""
    note = files_of(dossier())["duty/checkpoint"].decode()
    assert f"— {WITNESSES[2].verify_key.name} " in note


def test_a_changed_manifest_is_refused(verify: Verifier) -> None:
    """A manifest with another order, a repeated member or a claim without proof is refused."""
    files = files_of(dossier())
    manifest = files["manifest.json"]
    for change in (b'"format":"zeren/bundle/v1","format"', b' "format"'):
        files["manifest.json"] = manifest.replace(b'"format"', change)
        assert verify(write_archive(files), [fingerprint()])[0]
    files["manifest.json"] = manifest
    parts = parse_manifest(manifest).parts
    more = dataclasses.replace(parts[0], complete=tuple(sorted({*parts[0].complete, CompleteClaim("person", "p-zzz")})))
    assert verify(repacked(files, (more,)), [fingerprint()])[0]


def test_damage_says_what_and_where() -> None:
    """Damage of the archive as a whole names no file."""
    whole = small_archive()
    damage = read_archive(whole[:-1]).damage
    assert isinstance(damage[0], Damage)
    assert damage[0].file is None


def test_the_small_verifier_is_small() -> None:
    """verify.py is one file of fewer than 660 lines that needs the standard library and cryptography only."""
    source = Path(standalone.__file__).read_text(encoding="utf-8")
    imports = [line.split()[1].split(".")[0] for line in source.split("\n") if line.startswith(("import ", "from "))]
    assert source.count("\n") < 660
    assert {"cryptography"} == {name for name in imports if name not in sys.stdlib_module_names}
