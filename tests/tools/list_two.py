"""Makes `tests/assets/list-2.zip`: ledgers of the second list, which every later version must open, check and carry on.

`python -m tests.tools.list_two` was run once, when the list was released, and is kept to show how the file was made:
what a later version writes is no record of the second list's first day. The scenario has one record of each kind of the
list; an entry with a consent in it, a consent to what stood, a key enrolled by the note that its owner made, the
checkpoints that the discipline side held, a bundle of the case and its trace stand beside it.
"""

import contextlib
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from ledger.home.directory import Home
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from tests.support.command import zeren

ASSET = Path(__file__).parents[1] / "assets/list-2.zip"
SCENARIO = Path(__file__).parents[1] / "scenarios/every-kind.yaml"
SECRET = "ledgers/keys/passphrase"
BY = ("--as", "r", "--no-input", "--json")
KEY = ("--passphrase-file", SECRET, "--no-input", "--json")
TALK = ("record", "talk", "--talker", "m", "--counterpart", "h1", "--legacy")


def main() -> None:
    """Writes the asset anew."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        home = Home(Path("ledgers"))
        replay(load_scenario(SCENARIO), Path("ledgers"))
        with contextlib.closing(home.open("duty")) as ledger:
            origin, fingerprint = ledger.origin, ledger.fingerprint
        _consented(fingerprint)
        _enrolled(origin, fingerprint)
        for kind in ("duty", "case"):
            _run("checkpoint", "--ledger", kind)
        _run("bundle", "K5", "--with-texts", "--out", "bundle.zip", "--no-input")
        Path("trace.json").write_text(json.dumps(_run("trace", "K5", "--json"), ensure_ascii=False), encoding="utf-8")
        _run("verify", "--no-input")
        _pack()


def _consented(fingerprint: str) -> None:
    """A talk whose counterpart consented elsewhere, and a talk that stood and was consented to."""
    give = ("--key", "ledgers/keys/duty/h1.pem", "--fingerprint", fingerprint, "--agree", *KEY)
    first = ("--occurred-at", "2024-11-05T09:00:00+08:00", "--ref", "T5", "--text", "谈年度总结的准备")
    parked = _run(*TALK, *first, "--consent-of", "h1", *BY)
    answer = _run("consent", "give", parked["requests"]["h1"], *give)
    _run("draft", "finish", parked["draft"], answer["file"], "--no-input", "--json")
    _run(*TALK, "--occurred-at", "2024-11-06T09:00:00+08:00", "--ref", "T6", "--text", "谈年底盘点的分工", *BY)
    asked = _run("consent", "ask", "T6", "--for", "h1", "--no-input", "--json")
    answer = _run("consent", "give", asked["file"], *give)
    _run("consent", "add", answer["file"], *BY)


def _enrolled(origin: str, fingerprint: str) -> None:
    """A further signer, whose key never lay with the others'."""
    _run("record", "person", "--person", "p-new", "--name", "施八", "--ref", "p-new", *BY)
    words = ("--origin", origin, "--fingerprint", fingerprint, "--role", "signer")
    made = _run("keys", "request", "p-new", *words, "--out", "p-new.pem", *KEY, home=False)
    _run("keys", "enrol", "--possession", made["file"], "--no-input", "--json")


def _run(*words: str, home: bool = True) -> Any:
    outcome = zeren("ledgers" if home else None, *words)
    if outcome.code:
        raise RuntimeError(f"{words}: {outcome.err}")
    return json.loads(outcome.out) if "--json" in words else outcome.out


def _pack() -> None:
    """The directory as it stands, its views left out."""
    kept = ("duty.db", "case.db", "zeren.json")
    files = [path for path in Path("ledgers").rglob("*") if path.is_file()]
    wanted = [path for path in files if path.name in kept or path.parts[1] in ("held", "keys")]
    with zipfile.ZipFile(ASSET, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (*sorted(wanted), Path("bundle.zip"), Path("trace.json")):
            archive.write(path, path.as_posix())


if __name__ == "__main__":
    main()
