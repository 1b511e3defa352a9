"""Keys and signatures on the command line: made, enrolled, changed, revoked, in a token; signed and refused with."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.core.encoding import b64encode
from ledger.home.directory import Home
from ledger.keys import pbes2
from ledger.keys.key_files import label_of
from ledger.keys.labels import Label
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.samples import DUTY_RECORDER
from tests.support.token import LABEL, PIN, token_module


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A replayed directory, to be changed at will."""
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


def ok(home: Path | None, *words: str) -> Any:
    """The JSON answer of a command that succeeds."""
    outcome = zeren(home, *words, "--json")
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def size_of(home: Path) -> int:
    return int(ok(home, "entries", "--limit", "1")["size"])


def keys_of(home: Path, person: str) -> list[dict[str, Any]]:
    return [key for key in ok(home, "keys", "list")["items"] if key["person"] == person]


def valid(home: Path) -> bool:
    return bool(ok(home, "verify", "--ledger", "duty")[0]["verdict"] == "valid")


# --- making and enrolling ---


def test_a_new_person_gets_a_key_and_signs_with_it(home: Path) -> None:
    """Made, enrolled with its own signature, and found by the next command without being named."""
    made = ok(home, "keys", "new", "p-new")
    assert Path(made["file"]).stat().st_mode & 0o777 == 0o600
    ok(home, "keys", "enrol", "p-new", made["file"], "--role", "signer")
    (key,) = keys_of(home, "p-new")
    assert (key["vkey"], key["roles"], key["re_enrolled"]) == (made["vkey"], ["signer"], False)

    by = ("--as", DUTY_RECORDER)
    ok(home, "record", "person", "--person", "p-new", "--name", "新来的", *by)
    talk = ("--talker", "p-luo", "--counterpart", "p-new", "--occurred-at", "2025-05-30", "--ref", "T-new")
    ok(home, "record", "talk", *talk, *by)
    receipt = ok(home, "sign", "T-new", "--as", "p-new")
    assert receipt["position"] == size_of(home) - 1
    assert valid(home)


def test_a_change_of_keys(home: Path) -> None:
    """The new key is vouched for by the old one, which is at hand; after its revocation the new one signs."""
    made = ok(home, "keys", "new", "p-luo")
    ok(home, "keys", "enrol", "p-luo", made["file"])
    old, new = keys_of(home, "p-luo")
    assert (new["key_id"], new["re_enrolled"]) == (made["key_id"], False)
    ok(home, "keys", "revoke", "p-luo", old["key_id"])
    position = ok(home, "sign", "E095", "--as", "p-luo")["position"]
    assert made["key_id"] in zeren(home, "entries", f"#{position}", "--raw").out
    assert valid(home)


def test_a_lost_key_is_replaced_and_marked(home: Path) -> None:
    """Without the old key a custodian vouches alone: the command says what that means, and so do list and verify."""
    (home / "keys/duty/p-luo.pem").unlink()
    made = ok(home, "keys", "new", "p-luo")
    outcome = zeren(home, "keys", "enrol", "p-luo", made["file"])
    assert (outcome.code, "re-enrolled by custodian" in outcome.err) == (0, True)
    assert keys_of(home, "p-luo")[-1]["re_enrolled"]
    assert "re-enrolled by custodian" in zeren(home, "keys", "list").out
    assert ok(home, "verify", "--ledger", "duty")[0]["marks"]["re-enrolled by custodian"] == 1
    receipt = ok(home, "sign", "E095", "--as", "p-luo")
    assert ok(home, "entries", f"#{receipt['position']}")["re_enrolled"] == ["p-luo"]
    assert "re-enrolled by custodian" in zeren(home, "entries", "--start", str(receipt["position"])).out


def test_a_compromise_disputes_what_lies_between(home: Path) -> None:
    """From the claimed position to the revocation the key's entries are disputed: in list, in verify, never dropped."""
    (key,) = keys_of(home, "p-bai")
    since = 100
    ok(home, "keys", "revoke", "p-bai", key["key_id"], "--compromised-from", str(since), "--by-owner")
    (key,) = keys_of(home, "p-bai")
    assert [{"since": since, "until": key["revoked_at"], "by": "duty-custodian-1"}] == key["disputed"]
    assert "disputed from #100 by duty-custodian-1" in zeren(home, "keys", "list").out
    marks = ok(home, "verify", "--ledger", "duty")[0]["marks"]
    assert marks["disputed by duty-custodian-1"] > 10
    by_position = {row["position"]: row["disputed_by"] for row in ok(home, "entries", "--limit", "1000")["items"]}
    shown = [position for position, by in by_position.items() if by]
    assert len(shown) == marks["disputed by duty-custodian-1"]
    assert (min(shown) >= since, by_position[shown[0]]) == (True, ["duty-custodian-1"])
    assert "disputed by duty-custodian-1" in zeren(home, "entries", "--start", str(since)).out


def test_roles_change(home: Path) -> None:
    """A signer becomes recorder; two custodians make an inspector without being named."""
    ok(home, "keys", "roles", "p-luo", "--role", "recorder", "--role", "signer")
    assert keys_of(home, "p-luo")[0]["roles"] == ["recorder", "signer"]
    ok(home, "keys", "roles", "p-luo", "--role", "inspector")
    refused = zeren(home, "keys", "roles", "p-luo", "--role", "inspector", "--role", "signer")
    assert (refused.code, "no other role" in refused.err) == (5, True)


def test_a_custodian_is_changed_by_the_other_one(home: Path) -> None:
    """Without --as another custodian than the one concerned is taken."""
    made = ok(home, "keys", "new", "duty-custodian-1")
    ok(home, "keys", "enrol", "duty-custodian-1", made["file"])
    old, _new = keys_of(home, "duty-custodian-1")
    ok(home, "keys", "revoke", "duty-custodian-1", old["key_id"])
    assert valid(home)


def test_an_sm2_key_signs_a_second_line(home: Path) -> None:
    """Made, enrolled with the Ed25519 key's signature, and added to what the person signs from then on."""
    made = ok(home, "keys", "new", "p-luo", "--algorithm", "sm2")
    ok(home, "keys", "enrol", "p-luo", made["file"])
    position = ok(home, "sign", "E095", "--as", "p-luo")["position"]
    note = zeren(home, "entries", f"#{position}", "--raw").out
    assert note.count("/p-luo ") == 2
    assert "SM2 with SM3" in zeren(home, "keys", "list").out
    assert valid(home)


def test_a_key_in_a_token(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made inside the token, enrolled and signed with; the PIN comes from a file, and a wrong one is a clear error."""
    monkeypatch.setenv("ZEREN_PKCS11_MODULE", token_module())
    pin = tmp_path / "pin"
    pin.write_text(PIN + "\n")
    made = ok(home, "keys", "new", "p-luo", "--token", LABEL, "--pin-file", str(pin))
    assert (Path(made["file"]).suffix, "PRIVATE" in Path(made["file"]).read_text()) == (".token", False)
    ok(home, "keys", "enrol", "p-luo", made["file"], "--pin-file", str(pin))
    old, _new = keys_of(home, "p-luo")
    ok(home, "keys", "revoke", "p-luo", old["key_id"])
    position = ok(home, "sign", "E095", "--as", "p-luo", "--pin-file", str(pin))["position"]
    assert made["key_id"] in zeren(home, "entries", f"#{position}", "--raw").out
    assert valid(home)

    size = size_of(home)
    no_pin = zeren(home, "refuse", "E095", "--as", "p-luo", "--reason", "a reason")
    assert (no_pin.code, "--pin-file" in no_pin.err) == (2, True)
    assert size == size_of(home)


def test_a_key_is_made_where_no_ledger_is(tmp_path: Path) -> None:
    """A leader makes a key on a machine of their own: the ledger's name is enough."""
    secret = tmp_path / "secret"
    secret.write_text("only for tests\n")
    words = ("--origin", "zeren.test/organ/duty", "--passphrase-file", str(secret))
    made = ok(None, "keys", "new", "p-new", "--out", str(tmp_path / "mine.pem"), *words)
    assert made["vkey"].startswith("zeren.test/organ/duty/p-new+")
    assert zeren(None, "keys", "new", "p-new", *words).code == 2


def test_a_key_file_elsewhere_is_named(home: Path, tmp_path: Path) -> None:
    """--key signs with a file that is not in the ledger directory."""
    elsewhere = tmp_path / "stick.pem"
    (home / "keys/duty/p-luo.pem").rename(elsewhere)
    missing = zeren(home, "sign", "E095", "--as", "p-luo")
    assert (missing.code, "--key" in missing.err) == (2, True)
    ok(home, "sign", "E095", "--as", "p-luo", "--key", str(elsewhere))
    two = zeren(home, "sign", "E060", "--as", "p-luo", "--as", "p-gao", "--key", str(elsewhere))
    assert two.code == 2


BAD = [
    (("keys", "new", "Not An Id"), 2, "no person of that id or name is registered"),
    (("keys", "new", "Not An Id", "--origin", "a.b/duty", "--out", "x"), 3, "not a person id"),
    (("keys", "new", "log", "--algorithm", "sm2"), 2, "Ed25519"),
    (("keys", "new", "p-x", "--token", "x"), 2, "--module"),
    (("keys", "new", "p-x", "--origin", "nonsense", "--out", "x"), 3, "not an origin"),
    (("keys", "enrol", "p-x", "absent.pem", "--role", "signer"), 2, "cannot be read"),
    (("keys", "enrol", "p-x", "KEYS/p-luo.pem"), 2, "no roles yet"),
    (("keys", "enrol", "p-luo", "KEYS/p-luo.pem"), 3, "already used"),
    (("keys", "enrol", "p-x", "KEYS/p-luo.pem", "--role", "signer"), 3, "already used"),
    (("keys", "revoke", "p-luo", "00000000"), 5, "no key"),
    (("keys", "revoke", "p-luo", "KEYID", "--compromised-from", "99999"), 5, "still to come"),
    (("keys", "roles", "nobody", "--role", "signer"), 5, "no key in this ledger"),
    (("keys", "roles", "p-luo"), 5, "roles are one or more"),
    (("sign", "E999", "--as", "p-luo"), 2, "no entry has that number"),
    (("sign", "E095", "--as", "p-bai"), 5, "does not name p-bai; it names p-luo"),
    (("sign", "E095", "--as", "nobody", "--capacity", "holder"), 2, "no file"),
    (("refuse", "E095", "--as", "p-luo", "--reason", " "), 2, "reason"),
    (("refuse", "E095", "--reason", "x"), 2, "--as"),
    (("sign", "E060", "--as", "p-shen"), 5, "signed entry E060 already"),
]


def test_bad_input_is_named_and_writes_nothing(home: Path) -> None:
    """Each mistake has a message that names it, an exit code of its family, and leaves the ledger as it was."""
    (key,) = keys_of(home, "p-luo")
    size = size_of(home)
    for words, code, message in BAD:
        filled = [w.replace("KEYS", str(home / "keys/duty")).replace("KEYID", key["key_id"]) for w in words]
        outcome = zeren(home, *filled)
        assert (outcome.code, message in outcome.err) == (code, True), (words, outcome)
        chinese = zeren(home, *filled, language="zh_CN").err
        assert chinese.startswith("错误"), chinese
    assert size == size_of(home)


def test_secrets_stand_in_no_message(home: Path, tmp_path: Path) -> None:
    """A wrong passphrase is refused without being repeated, nor what was tried."""
    wrong = tmp_path / "wrong"
    wrong.write_text("a wrong guess\n")
    outcome = zeren(home, "sign", "E095", "--as", "p-luo", "--passphrase-file", str(wrong))
    assert (outcome.code, "does not open" in outcome.err) == (2, True)
    assert "guess" not in outcome.err + outcome.out


def test_the_environment_names_the_passphrase_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --passphrase-file the variable does; without both, off a terminal, the command says so."""
    secret = home / "keys/passphrase"
    moved = home.parent / "moved"
    shutil.move(secret, moved)
    missing = zeren(home, "sign", "E095", "--as", "p-luo")
    assert (missing.code, "--passphrase-file" in missing.err) == (2, True)
    monkeypatch.setenv("ZEREN_PASSPHRASE_FILE", str(moved))
    ok(home, "sign", "E095", "--as", "p-luo")
    assert "ZEREN_PASSPHRASE_FILE" in os.environ


# --- answers of those concerned ---


def test_an_assignment_is_accepted_by_the_one_who_got_it(home: Path) -> None:
    """Open before, accepted after; as what is known from the entry; the acceptance names its leaf hash."""
    before = {s["person"]: s for s in ok(home, "sign", "E095")}
    assert (before["p-luo"]["state"], before["p-luo"]["capacity"]) == ("open", "holder")
    receipt = ok(home, "sign", "E095", "--as", "p-luo")
    after = {s["person"]: s for s in ok(home, "sign", "E095")}
    assert (after["p-luo"]["state"], after["p-luo"]["position"]) == ("accepted", receipt["position"])
    named = ok(home, "entries", "E095")
    accepts = ok(home, "entries", f"#{receipt['position']}")["fields"]["accepts"]
    assert [named["position"], named["leaf_hash"]] == accepts[1:]
    again = zeren(home, "sign", "E095", "--as", "p-luo")
    assert (again.code, "signed entry E095 already" in again.err) == (5, True)


def test_a_refusal_carries_its_reason_and_a_change_of_mind_stays_beside_it(home: Path) -> None:
    """Refused, then accepted: both entries stand, the last one counts."""
    refused = ok(home, "refuse", "E095", "--as", "p-luo", "--reason", "never in that post")
    assert "never in that post" in zeren(home, "entries", f"#{refused['position']}").out
    assert {s["person"]: s["state"] for s in ok(home, "sign", "E095")}["p-luo"] == "refused"
    accepted = ok(home, "sign", "E095", "--as", "p-luo")
    assert {s["person"]: s["state"] for s in ok(home, "sign", "E095")}["p-luo"] == "accepted"
    assert accepted["stream"] == refused["stream"]
    assert valid(home)


def test_minutes_are_signed_by_attendees_together(home: Path) -> None:
    """Several persons sign in one command: an entry each, all or none; then nobody is open."""
    still_open = [s["person"] for s in ok(home, "sign", "E060") if s["state"] == "open"]
    assert len(still_open) == 2
    size = size_of(home)
    outcome = zeren(home, "sign", "E060", *(word for p in (*still_open, "p-shen") for word in ("--as", p)))
    assert (outcome.code, size_of(home)) == (5, size)  # p-shen has signed: nobody's is written
    receipts = ok(home, "sign", "E060", *(word for p in still_open for word in ("--as", p)))
    assert [size, size + 1] == [receipt["position"] for receipt in receipts]
    assert all(s["state"] != "open" for s in ok(home, "sign", "E060"))
    assert valid(home)


def test_a_talk_is_countersigned_at_once_or_later(home: Path) -> None:
    """Several lines at record time where all are present; the counterpart's later acceptance otherwise."""
    words = (
        "--talker",
        "p-shen",
        "--counterpart",
        "p-luo",
        "--occurred-at",
        "2025-06-01",
        "--as",
        "p-bai",
        "--no-input",
    )
    together = ok(home, "record", "talk", *words, "--signer", "p-shen", "--signer", "p-luo")
    header = ok(home, "entries", f"#{together['position']}")
    assert ["p-bai", "p-shen", "p-luo"] == header["signers"]
    alone = f"#{ok(home, 'record', 'talk', *words)['position']}"
    assert {"p-shen": "open", "p-luo": "open"}.items() <= {
        s["person"]: s["state"] for s in ok(home, "sign", alone)
    }.items()
    ok(home, "sign", alone, "--as", "p-luo")
    (own,) = [s for s in ok(home, "sign", alone) if s["person"] == "p-luo"]
    assert (own["state"], own["capacity"]) == ("accepted", "counterpart")
    assert valid(home)


# --- the log key ---


def test_the_log_key_is_rotated_and_checkpoints_follow(home: Path) -> None:
    """Announced and confirmed in one command; the next checkpoint is by the new key; held ones stay accepted."""
    (first,) = ok(home, "keys", "list")["log_keys"]
    rotated = ok(home, "keys", "rotate-log")
    old, new = ok(home, "keys", "list")["log_keys"]
    assert (old, new["from_size"]) == (first, rotated["position"] + 1)
    note = ok(home, "checkpoint")["note"]
    assert note.count("\u2014") == 1
    assert valid(home)
    ok(home, "keys", "rotate-log")
    assert len(ok(home, "keys", "list")["log_keys"]) == 3
    assert valid(home)


def test_a_rotation_that_ended_in_between_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The announced key is shown as such, and the next run confirms it instead of announcing another."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("cli.commands.keys_change.confirm", dies)
        assert zeren(home, "keys", "rotate-log").code == 130
    announced = ok(home, "keys", "list")["log_keys"][-1]
    assert announced["from_size"] is None
    assert "announced, not confirmed" in zeren(home, "keys", "list", "--log").out
    ok(home, "keys", "rotate-log")
    assert ok(home, "keys", "list")["log_keys"][-1]["key_id"] == announced["key_id"]
    assert valid(home)


def test_a_log_key_can_be_made_by_hand(home: Path) -> None:
    """`keys new log` makes a key under the ledger's own name."""
    made = ok(home, "keys", "new", "log")
    (first,) = ok(home, "keys", "list")["log_keys"]
    assert made["vkey"].split("+")[0] == first["vkey"].split("+")[0]


# --- passphrases ---


def test_a_weak_key_file_is_named_and_mended(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that opens it names the remedy; afterwards it opens with the new passphrase, and nothing is said."""
    monkeypatch.setattr(pbes2, "ROUNDS", pbes2.ROUNDS + 1)
    key, new = home / "keys/duty/p-luo.pem", tmp_path / "new"
    new.write_text("a new passphrase\n")
    words = ("sign", "E095", "--as", "p-luo")
    said = zeren(home, *words)
    assert (said.code, f"mend it with: zeren keys passwd {key}" in said.err) == (0, True)

    short = tmp_path / "short"
    short.write_text("short\n")
    old = home / "keys/passphrase"
    passwd = ("keys", "passwd", str(key), "--passphrase-file", str(old), "--new-passphrase-file")
    assert zeren(None, *passwd, str(short)).code == 2
    assert zeren(None, "keys", "passwd", str(tmp_path / "x.token"), *passwd[3:], str(new)).code == 2
    changed = ok(None, *passwd, str(new))
    assert changed == {"changed": [str(key)]}
    assert "passphrase is wrong" in zeren(None, *passwd, str(new)).err
    assert "passphrase is wrong" in zeren(home, "refuse", "E095", "--as", "p-luo", "--reason", "x").err
    mended = zeren(home, "refuse", "E095", "--as", "p-luo", "--reason", "x", "--passphrase-file", str(new))
    assert (mended.code, "passwd" in mended.err) == (0, False)


def test_a_new_key_says_whose_it_is(home: Path, tmp_path: Path) -> None:
    """Person, ledger and fingerprint stand before the key, in plain text."""
    made = ok(home, "keys", "new", "p-new")
    duty = Home(home).open("duty")
    assert label_of(Path(made["file"])) == Label("p-new", duty.origin, duty.opened.leaf_hash)
    duty.close()


def test_the_custodian_enrols_what_was_handed_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Person, key and roles come from the file; the digest shown is the owner's; whatever differs is refused."""
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text("her own words\n")
    ledger = Home(home).open("duty")
    origin, fingerprint = ledger.origin, ledger.fingerprint
    ledger.close()
    own = ("--origin", origin, "--passphrase-file", "secret", "--fingerprint", fingerprint, "--role", "signer")
    made = ok(None, "keys", "request", "p-new", *own)
    other = (
        "--origin",
        origin,
        "--passphrase-file",
        "secret",
        "--fingerprint",
        b64encode(b"F" * 32),
        "--role",
        "signer",
    )
    ok(None, "keys", "request", "p-two", *other)
    size = size_of(home)
    for more, code, message in (
        (("p-bo",), 5, "is of p-new, not of p-bo"),
        (("p-new", "p-new.pem"), 2, "stays with its owner"),
        (("--role", "recorder"), 5, "asks for the roles signer"),
    ):
        said = zeren(home, "keys", "enrol", "--possession", "p-new.possession", *more)
        assert (said.code, message in said.err) == (code, True), said
    for file, code, message in (
        ("p-two.possession", 5, "another ledger"),
        ("absent", 2, "cannot be read"),
        ("secret", 2, "no proof of possession"),
    ):
        said = zeren(home, "keys", "enrol", "--possession", file)
        assert (said.code, message in said.err) == (code, True), said
    assert (size_of(home), zeren(home, "keys", "enrol", "p-new").code) == (size, 2)

    said = zeren(home, "keys", "enrol", "--possession", "p-new.possession", "--role", "signer")
    assert (said.code, made["sha256"] in said.err.replace(" ", "")) == (0, True), said
    (held,) = keys_of(home, "p-new")
    assert (held["vkey"], held["roles"], held["re_enrolled"]) == (made["vkey"], ["signer"], False)
    assert valid(home)


def test_whose_key_it_is_may_be_said_by_name(home: Path) -> None:
    """Made, enrolled, given roles and revoked by the name on record; a name that two have is told with both ids."""
    made = ok(home, "keys", "new", "沈知行")
    assert Path(made["file"]).name.startswith("p-shen-")
    ok(home, "keys", "enrol", "沈知行", made["file"], "--as", "duty-custodian-2")
    ok(home, "keys", "roles", "沈知行", "--role", "signer", "--role", "recorder")
    assert {tuple(key["roles"]) for key in keys_of(home, "p-shen")} == {("signer", "recorder")}
    ok(home, "keys", "revoke", "沈知行", made["key_id"])
    assert [key["revoked_at"] is not None for key in keys_of(home, "p-shen")] == [False, True]

    ok(home, "record", "person", "--person", "p-shen-2", "--name", "沈知行", "--as", DUTY_RECORDER)
    twice = zeren(home, "keys", "revoke", "沈知行", made["key_id"], "--json")
    fault = json.loads(twice.err)
    assert (twice.code, fault["code"]) == (2, "bad_input")
    assert "p-shen, p-shen-2" in fault["message"]


def test_who_erases_or_signs_elsewhere_may_be_said_by_name(home: Path, tmp_path: Path) -> None:
    """The signer of an erasure, and the person whose consent a record waits for; requests are named by the id."""
    unknown = zeren(home, "erase", "E029", "--ground", "law", "--as", "沈知航", "--yes")
    assert (unknown.code, "沈知行 (p-shen)" in unknown.err) == (2, True)
    talk = ("--talker", "罗佩珊", "--counterpart", "沈知行", "--occurred-at", "2025-05-30", "--ref", "T-new")
    where = ("--requests", str(tmp_path / "asked"))
    parked = ok(home, "record", "talk", *talk, "--as", DUTY_RECORDER, "--consent-of", "沈知行", *where)
    assert [person for person, _capacity in parked["asked"]] == ["p-shen"]
    assert ok(home, "consent", "ask", "--for", "沈知行", "--open", "--out", str(tmp_path / "r"))["person"] == "p-shen"
