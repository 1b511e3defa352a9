"""One verdict: what `zeren verify` calls valid, incomplete or invalid, verify.py and the page call so too.

A table over what bundles may show and lack; what the small verifiers leave to `zeren verify` stands in FORMAT.md 15.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.events.registry import spec_of
from ledger.recording.numbers import find_entry
from tests.support.evidence import (
    Verifier,
    by_page,
    by_small,
    by_zeren,
    case_bundle,
    desks,
    dossier,
    files_of,
    issued,
    packed,
    page_of,
    positions,
    repacked,
    without,
)

pytestmark = pytest.mark.long


@cache
def disclosure(*names: str) -> bytes:
    """One talk of which these fields are shown."""
    duty, _ = desks()
    position = find_entry(duty.ledger, "T2").position

    def show(at: int, _type: str, name: str) -> bool:
        return at != position or name in names

    return packed([Part("duty", select(duty.ledger, [position], []), show)])


def single(number: str) -> bytes:
    """One entry whole, no claim beside it."""
    duty, _ = desks()
    return packed([Part("duty", select(duty.ledger, [find_entry(duty.ledger, number).position], []))])


def without_texts() -> bytes:
    """Names and texts withheld, which anybody may be."""

    def show(_at: int, type_: str, name: str) -> bool:
        spec = spec_of(type_, name)
        return spec is None or spec.field_class == "structural"

    return dossier("p-a", show)


def correction_alone() -> bytes:
    """A correction without the entry that it corrects, whose subjects it takes over."""
    duty, _ = desks()
    position = next(p for p in positions(files_of(dossier())) if _type(dossier(), p) == "record.corrected/1")
    bundle = packed([Part("duty", select(duty.ledger, [position], []))])
    return without(files_of(bundle), "duty", find_entry(duty.ledger, "T2").position)


def _type(bundle: bytes, position: int) -> str:
    data = files_of(bundle)[f"duty/entries/{position:010d}"]
    return data.split(b'"type":"')[1].split(b'"')[0].decode()


def damaged(name: str) -> bytes:
    """A bundle with a byte more in one file."""
    files = files_of(dossier())
    files[name] += b"\n"
    return repacked(files)


BUNDLES: dict[str, tuple[Callable[[], bytes], str]] = {
    "all about a person": (dossier, "valid"),
    "a case": (case_bundle, "valid"),
    "issued": (lambda: issued(case_bundle(), "case", desks()[1].signer("insp")), "valid"),
    "a selection of one entry": (lambda: single("T1"), "valid"),
    "an entry with an erased text, by a key revoked since": (lambda: single("T2"), "valid"),
    "texts withheld": (without_texts, "valid"),
    "every field but its texts": (lambda: disclosure("ref", "talker", "counterpart"), "valid"),
    "structural fields withheld": (lambda: disclosure("text"), "incomplete"),
    "all but one structural field": (lambda: disclosure("ref", "talker", "text", "place"), "incomplete"),
    "no field at all": (disclosure, "incomplete"),
    "a correction without what it corrects": (correction_alone, "incomplete"),
    "a checkpoint changed": (lambda: damaged("duty/checkpoint"), "invalid"),
    "a body changed": (lambda: damaged("duty/bodies/0000000003"), "invalid"),
    "heads changed": (lambda: damaged("duty/heads.json"), "invalid"),
}


@pytest.fixture(scope="module")
def browser_page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path: Path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_bytes(page_of(dossier()))
    opened = chromium.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def verdict(verify: Verifier, bundle: bytes) -> str:
    """What a verifier says who knows the fingerprints."""
    shown = {desk.ledger.fingerprint for desk in desks()}
    given = [each for each in shown if each.encode() in files_of(bundle)["manifest.json"]]
    faults, unchecked = verify(bundle, given)
    return "invalid" if faults else "incomplete" if unchecked else "valid"


@pytest.mark.parametrize("name", BUNDLES)
def test_the_three_verifiers_say_the_same(browser_page: Any, name: str) -> None:
    """Each row has one verdict, whoever gives it."""
    make, wanted = BUNDLES[name]
    bundle = make()
    said = {
        "zeren": verdict(by_zeren, bundle),
        "verify.py": verdict(by_small, bundle),
        "page": verdict(by_page(browser_page), bundle),
    }
    assert said == dict.fromkeys(said, wanted)
