"""The server as a process: it starts, says where, reads what is recorded meanwhile, and ends in peace."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api import follower_process
from api.follower_process import catch_up
from api.settings import Settings
from ledger.access.log import create_access_ledger
from ledger.errors import Incomplete
from ledger.home.directory import Home
from ledger.home.organs_at_hand import organs_of
from tests.support import replayed as support
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren

ROOT = Path(__file__).parents[2]


@contextmanager
def served(home: Home, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]", Path]]:
    """(address, process, file of what it says) of `zeren serve`."""
    environment = {**os.environ, "ZEREN_LANG": "en", "ZEREN_DIR": str(home.directory)}
    said = home.directory / "said.txt"
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--port", "0", *words]
    with said.open("w") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=out, stdout=out, text=True)
    try:
        for _ in range(6_000):
            found = re.search(r"http://127\.0\.0\.1:\d+/", said.read_text())
            if found or process.poll() is not None:
                break
            time.sleep(0.1)
        assert found, said.read_text()
        yield found[0], process, said
    finally:
        process.kill()
        process.wait()


def get(address: str, token: str | None = None) -> tuple[int, str]:
    try:
        with urlopen(Request(address, headers=web.bearer(token) if token else {}), timeout=600) as response:  # noqa: S310
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_follows_its_ledgers_and_ends_in_peace() -> None:
    """A token granted while it runs reads; views follow; a SIGTERM ends it with 0, and its follower with it."""
    home = web.copied(support.replayed(support.YUNXI))
    create_access_ledger(home, web.PASSPHRASE)
    home.views.unlink()
    with served(home) as (address, process, said):
        assert "no token is in force" in said.read_text()
        assert get(f"{address}readyz") == (200, '{"status": "ok"}')
        assert get(f"{address}api/v1/persons/p-luo")[0] == 401
        token = web.token(home, "persons", "supervisor")
        assert get(f"{address}api/v1/persons/p-luo", token)[0] == 200
        for _ in range(100):
            listed = json.loads(get(f"{address}api/v1/access-log", token)[1])["items"]
            if "dossier" in (asked := [row["question"] for row in listed]):
                break
            time.sleep(0.1)
        assert "dossier" in asked
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        lines = [json.loads(line) for line in said.read_text().splitlines() if line.startswith("{")]
        assert {"v1.dossier", "v1.access_log"} <= {line["endpoint"] for line in lines}
        assert token not in said.read_text()
        assert "Traceback" not in said.read_text()


def test_a_killed_server_leaves_no_follower(tmp_path: Path) -> None:
    """SIGKILL, which no process can tidy up after: the follower ends by itself."""
    home = web.copied(support.replayed(support.YUNXI))
    with served(home, "--open") as (_address, process, _said):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list children")
        (follower,) = children.read_text().split()
        process.kill()
        process.wait()
        for _ in range(200):
            if not _alive(int(follower)):
                return
            time.sleep(0.1)
        os.kill(int(follower), signal.SIGKILL)
        pytest.fail("the follower went on")


def _alive(process: int) -> bool:
    """Whether it runs: one that ended and that nobody asks after does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_open_needs_no_token_and_says_so() -> None:
    """Open is said at the start and on the page; a simulated directory gets an access ledger by itself."""
    home = web.copied(support.replayed(support.YUNXI))
    with served(home, "--open") as (address, _, said):
        status, page = get(address)
        assert (200, True) == (status, "开放：无需登录" in page or "open: no log-in" in page)
        assert "everybody on this machine" in said.read_text()
    assert "access" in home.kinds()


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_forwarded_headers_count_where_they_were_configured(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    """The server passes on what a proxy says only where it was told that there is one."""
    monkeypatch.setenv("ZEREN_PROXIES", proxies)
    with served(web.copied(support.replayed(support.YUNXI)), "--open", "--allow-host", "ledger.example") as (
        address,
        *_,
    ):
        connection = HTTPConnection(address.split("/")[2], timeout=600)
        forwarded = {"X-Forwarded-Host": "ledger.example", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/api/v1//ledgers", headers=forwarded)
        location = connection.getresponse().headers["Location"]
        connection.close()
    assert location.startswith("https://ledger.example/" if proxies == "1" else "http://127.0.0.1")


def test_behind_a_proxy_it_is_never_open(tmp_path: Path) -> None:
    """`api.wsgi:app` takes no ZEREN_OPEN, for there everybody would come from this machine."""
    home = web.copied(web.home())
    environment = {**os.environ, "ZEREN_DIR": str(home.directory), "ZEREN_OPEN": "1"}
    code = (
        "from api.wsgi import app; c = app.test_client();"
        " print(c.get('/api/v1/units').status_code, c.get('/healthz').status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["401", "200"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("token", "new", "--scope", "everything"), 2),
        (("token", "new",), 2),
        (("token", "new", "--scope", "duties", "--days", "0"), 2),
        (("token", "new", "--scope", "organ", "--scope", "cases"), 2),
        (("token", "revoke", "t-none"), 2),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_is_refused_and_nothing_written(words: tuple[str, ...], code: int) -> None:
    """The exit code says so, and the access ledger has no entry more."""
    home = web.home()
    ledger = home.open("access")
    before = ledger.size()
    refused = zeren(home.directory, *words)
    assert refused.code == code, refused.err
    assert ledger.size() == before
    ledger.close()


def test_tokens_are_made_listed_and_revoked_by_command(tmp_path: Path) -> None:
    """`zeren token`: the text is printed once, the list shows states and never the text, a revoked one stays listed."""
    home = web.copied(support.replayed(support.YUNXI))
    made = zeren(home.directory, "token", "new", "--scope", "duties", "--holder", "张三", "--json")
    assert made.code == 0, made.err
    token = json.loads(made.out)
    assert re.fullmatch(r"zrn_[A-Za-z0-9_-]{43}", token["token"])
    listed = zeren(home.directory, "token", "list").out
    assert {token["id"], "张三", "duties"} <= set(listed.split())
    assert token["token"] not in listed
    assert zeren(home.directory, "token", "revoke", token["id"]).code == 0
    assert zeren(home.directory, "token", "revoke", token["id"]).code == 5
    states = json.loads(zeren(home.directory, "token", "list", "--json").out)
    assert [(row["id"], row["state"]) for row in states] == [(token["id"], "revoked")]


def test_where_the_views_cannot_be_written_those_that_are_current_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a read-only medium the server starts with the views that lie there, if they have every entry."""
    home = web.copied(support.replayed(support.YUNXI))
    refuse = "import sys; sys.exit('views.db lies on a read-only medium')"
    monkeypatch.setattr(follower_process, "_command", lambda *_: [sys.executable, "-c", refuse])
    catch_up(Settings(home.directory))
    with closing(sqlite3.connect(home.views)) as connection, connection:
        connection.execute("UPDATE tracking SET notification_id = notification_id - 1")
    with pytest.raises(Incomplete, match="read-only medium"):
        catch_up(Settings(home.directory))


def test_who_starts_a_server_is_told_that_it_makes_views(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where bringing them up to date takes longer than a moment, it is said."""
    home = web.copied(support.replayed(support.YUNXI))
    home.views.unlink()
    monkeypatch.setattr(follower_process, "SILENT", 0)
    catch_up(Settings(home.directory))
    assert "正在更新视图" in capsys.readouterr().err
    assert home.views.exists()


def test_views_of_many_organs_are_made_while_it_serves() -> None:
    """Nobody waits at the start for all of them: an organ whose views are not there yet is made first when it is asked
    about, and is answered then."""
    directory = city()
    create_access_ledger(Home(directory), web.PASSPHRASE, organs_of(directory).organs[0].home)
    with served(Home(directory), "--open") as (address, *_):
        (organ,) = {each.key for each in organs_of(directory) if each.name.startswith("solo")}
        for _ in range(100):
            status, text = get(f"{address}api/v1/organs/{organ}/persons")
            if status == 200:
                return
            assert (status, "are being made" in text or "正在生成" in text) == (503, True)
            time.sleep(0.1)
    pytest.fail("never answered")


def test_the_follower_is_waited_for_no_longer_than_a_while(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that takes hours over many organs holds nobody up; the server begins, and who started it is told."""
    directory = city()
    slow = "import sys; sys.stdin.read()"
    monkeypatch.setattr(follower_process, "_command", lambda *_: [sys.executable, "-c", slow])
    monkeypatch.setattr(follower_process, "PATIENCE", 0.2)
    monkeypatch.setattr(follower_process, "SILENT", 0.1)
    with follower_process.following(Settings(directory)) as follower:
        assert follower.hasten("some.db")
        follower._process.terminate()
        follower._process.wait()
        assert not follower.hasten("some.db")
    assert "在服务期间继续生成" in capsys.readouterr().err


def test_who_is_stopped_while_views_are_made_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the start of a server: the process that makes its views ends too."""
    made: list[subprocess.Popen[str]] = []

    def interrupted(self: "subprocess.Popen[str]", **_: object) -> tuple[str, str]:
        made.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(follower_process, "_command", lambda *_: [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        catch_up(Settings(Path()))
    assert made[0].wait(30) == -signal.SIGKILL


def test_a_follower_that_reads_no_more_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it is told, whoever tells it goes on."""
    directory = city()
    monkeypatch.setattr(follower_process, "_command", lambda *_: [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(follower_process, "PATIENCE", 0.2)
    monkeypatch.setattr(follower_process, "SILENT", 0.1)
    with follower_process.following(Settings(directory)) as follower:
        assert all(follower.hasten("v" * 1000) for _ in range(200))
