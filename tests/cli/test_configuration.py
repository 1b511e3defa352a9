"""The configuration file and its precedence; what the shell completes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.commands.completion import SHELLS
from cli.commands.doctor import SOURCES
from cli.configuration import config_file, read_config
from ledger.errors import BadInput
from projections.language.catalogue import LANGUAGES, translate
from tests.support import replayed
from tests.support.command import started, zeren
from tests.support.samples import DUTY_RECORDER

ROOT = Path(__file__).parents[2]


def settings(config: Path, *words: str, **variables: str) -> dict[str, tuple[str | None, str]]:
    """Value and source of each setting, as doctor says them."""
    found = started(None, *words, "doctor", "--json", language="", ZEREN_CONFIG=str(config), **variables)
    sources = {translate(text, language): source for source, text in SOURCES.items() for language in LANGUAGES}
    rows: dict[str, tuple[str | None, str]] = {}
    for row in json.loads(found.out)["lines"]:
        said = re.fullmatch(r"(\S+) = (.*?) ?[(（](.*)[)）]", row["said"]) if row["subject"] == "settings" else None
        if said is not None:
            rows[said[1]] = (said[2] if said[2] != "-" else None, sources[said[3]])
    return rows


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copytree(replayed.replayed(replayed.YUNXI).directory, tmp_path / "ledgers")
    return tmp_path


def test_an_option_counts_before_the_environment_that_before_the_file(place: Path) -> None:
    """Each source gives way to the one before it; doctor says of every setting where it comes from."""
    config = place / "config.toml"
    config.write_text('dir = "ledgers"\nlang = "en"\nas = "p-bai"\n', encoding="utf-8")

    by_file = settings(config)
    assert by_file["dir"] == (str(place / "ledgers"), "file")
    assert (by_file["lang"], by_file["as"]) == (("en", "file"), ("p-bai", "file"))
    assert by_file["organ"] == (None, "default")
    assert settings(config, ZEREN_LANG="zh_CN")["lang"] == ("zh_CN", "environment")
    assert settings(config, "--lang", "zh_CN", ZEREN_LANG="en")["lang"] == ("zh_CN", "option")
    assert settings(config, "--dir", str(place / "ledgers"))["dir"][1] == "option"
    assert "Usage" in started(None, "--help", language="", ZEREN_CONFIG=str(config)).out
    assert "用法" in started(None, "--help", ZEREN_CONFIG=str(config), ZEREN_LANG="zh_CN").out


def test_the_file_is_read_from_where_the_system_keeps_such_files(tmp_path: Path) -> None:
    """XDG_CONFIG_HOME/zeren/config.toml, none where ZEREN_CONFIG is empty; one that is not there says nothing."""
    assert config_file({"XDG_CONFIG_HOME": str(tmp_path)}) == tmp_path / "zeren" / "config.toml"
    assert config_file({"ZEREN_CONFIG": ""}) is None
    assert read_config({"XDG_CONFIG_HOME": str(tmp_path)}) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [("langue = 'en'", "perhaps lang"), ("lang = 3", "lang is a text"), ("lang", "no TOML"), (None, "cannot be read")],
)
def test_a_file_that_is_not_understood_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    """An unknown setting is told with the nearest, a wrong value, no TOML, and a named file that is not there."""
    path = tmp_path / "c.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as told:
        read_config({"ZEREN_CONFIG": str(path)})
    assert says in str(told.value)
    outcome = started(None, "holders", "x", ZEREN_CONFIG=str(path), ZEREN_LANG="en")
    assert (2, True) == (outcome.code, says in outcome.err)


# --- completion ---


def completed(place: Path, *words: str) -> list[str]:
    """What bash is offered behind the last word."""
    said = started(
        None,
        ZEREN_DIR=str(place / "ledgers"),
        ZEREN_CONFIG="",
        _ZEREN_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(("zeren", *words)),
        COMP_CWORD=str(len(words)),
    )
    assert said.err == ""
    return [line.partition(",")[2] for line in said.out.splitlines() if line]


def test_commands_ids_names_and_numbers_are_completed(place: Path) -> None:
    """Commands by their beginning; persons and units by id and by name; numbers of entries; cases."""
    assert completed(place, "hol") == ["holders"]
    assert "talk" in completed(place, "record", "ta")
    assert "--known-at" in completed(place, "holders", "--kn")
    assert completed(place, "holders", "c-ai") == ["c-aid"]
    assert completed(place, "holders", "辅助") == ["辅助器具资源中心"]
    assert "罗佩珊" in completed(place, "obligations", "--for", "罗")
    assert "p-luo" in completed(place, "record", "talk", "--talker", "p-l")
    assert "E095" in completed(place, "sign", "E09")
    assert completed(place, "trace", "K") == ["K1"]


def test_closed_lists_and_the_persons_of_both_ledgers_are_completed(place: Path) -> None:
    """Kinds of record, obligations, signals and the organ; an inspector, whom the case ledger alone registers."""
    assert completed(place, "import", "template", "ta") == ["talk", "task", "task-reported"]
    assert completed(place, "import", "x.xlsx", "--kind", "mee") == ["meeting"]
    assert completed(place, "record", "talk", "--claims", "A2") == ["A2a", "A2b"]
    assert completed(place, "signals", "--code", "LATE") == ["LATE_RECORD"]
    assert completed(place, "issue", "x.zip", "--as", "章") == ["章衡"]


def test_where_there_is_no_ledger_nothing_is_offered_and_nothing_told(tmp_path: Path) -> None:
    """Completion never ends in a message."""
    assert completed(tmp_path, "holders", "c-ai") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_its_script(shell: str) -> None:
    """The script names the variable by which the shell asks, and bash finds no fault in its own."""
    script = started(None, "completion", shell, ZEREN_CONFIG="").out
    assert f"_ZEREN_COMPLETE={shell}_complete" in script
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.fixture
def shells(place: Path) -> dict[str, str]:
    """The environment of a shell that finds the program as `zeren`, with a ledger; a person has a space in the name."""
    program = place / "bin" / "zeren"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n')
    program.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}
    environment |= {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    environment |= {"ZEREN_DIR": str(place / "ledgers"), "ZEREN_CONFIG": "", "ZEREN_LANG": "en", "LC_ALL": "C.UTF-8"}
    return environment


def test_bash_completes_in_earnest(shells: dict[str, str], tmp_path: Path) -> None:
    """A bash that has read the script offers what fits; a name with a space stays one word, as bash writes it."""
    own = tmp_path / "own"
    shutil.copytree(shells["ZEREN_DIR"], own)
    assert zeren(own, "record", "person", "--person", "p-new", "--name", "Ann Lee", "--as", DUTY_RECORDER).code == 0
    lines = 'eval "$(zeren completion bash)"; ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); '
    lines += '_zeren_completion zeren; printf "%s\\n" "${COMPREPLY[@]}"; }; '
    lines += "ask zeren holders c-ai; ask zeren dossier 罗; ask zeren dossier An"
    environment = shells | {"ZEREN_DIR": str(own)}
    said = subprocess.run(["bash", "-c", lines], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["c-aid", "罗佩珊", "Ann\\ Lee"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_in_earnest(shells: dict[str, str]) -> None:
    """A fish that has read the script offers names with what they stand for."""
    lines = "zeren completion fish | source; complete -C 'zeren dossier 罗'; complete -C 'zeren agenda --for p-lu'"
    said = subprocess.run(["fish", "-N", "-c", lines], env=shells, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["罗佩珊\tp-luo", "p-luo\t罗佩珊"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_script(shells: dict[str, str]) -> None:
    """A zsh with its completion system finds no fault in the script, and completes `zeren` by it."""
    lines = 'autoload -U compinit; compinit -D -u; eval "$(zeren completion zsh)"; print -r -- $_comps[zeren]'
    said = subprocess.run(["zsh", "-f", "-c", lines], env=shells, capture_output=True, text=True, check=True)
    assert (said.stdout.strip(), said.stderr) == ("_zeren_completion", "")
