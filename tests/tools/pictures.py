"""The pictures that README shows: made anew with `python -m tests.tools.pictures`.

Of the signing page: an organ, a leader's key and a talk are made as README makes them; the page is opened in the
system's Chromium, and what the leader sees is photographed: the key being made, the request as it is read, the answer
that is handed back. Of the desk: six pages of the demonstration, as an inspector opens them.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

from ledger.clock import now
from tests.api.pages.test_browser import serving
from tests.cli.test_keys import ok
from tests.support import web
from tests.support.offices import ORIGIN, Organ, office, organ
from tests.support.signing import Opened
from tests.tools.system import require_system

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
LIMIT = 120_000
"""Bytes of one picture."""
WIDTH = 820
DESK = (1180, 820)
PAGES = {
    "overview": "/",
    "case": "/cases/K1",
    "trace": "/traces/K1#p-he",
    "organisation": "/organisation?valid_at=2024-07-20&against=2024-06-20",
    "obligations": "/obligations",
    "entry": "/ledgers/duty/entries/E060",
}
"""The six pages of the desk that are shown."""
TALK = ("record", "talk", "--as", "r-1", "--ref", "谈话2026-12号", "--talker", "p-zhang", "--counterpart", "p-wang")
SAID = "节前廉政提醒：严格执行公务接待规定，礼品礼金一律拒收并登记上报。"


def pictures(chromium: Any, root: Path) -> Iterator[tuple[str, bytes]]:
    """(name, PNG) of each; `root` is an empty folder."""
    here, own = organ(root), office(root, "p-wang")
    page = Opened(chromium, own.folder, "zh-CN")
    page.page.set_viewport_size({"width": WIDTH, "height": 700})
    yield "sign-key.png", _form(page, here)
    key, _possession = page.make_key("p-wang", ORIGIN, here.fingerprint)
    here.run("keys", "enrol", "--possession", here.desk.receive("p-wang.possession", own))
    here.run("record", "person", "--as", "r-1", "--person", "p-wang", "--name", "王五")
    here.run(*TALK, "--unit", "u-1", "--occurred-at", f"{now():%Y-%m-%d}", "--text", SAID)
    page.page.click("details > summary")
    page.open_key(key)
    with chdir(here.desk.folder):
        asked = ok(here.home, "consent", "ask", "--open", "--for", "p-wang")
    page.ask((here.desk.folder / asked["file"]).read_bytes())
    page.say(0, "agree")
    yield "sign-request.png", _shot(page, "#questions")
    page.sign()
    yield "sign-answer.png", _shot(page, "#signing")
    page.close()
    yield from desk(chromium)


def desk(chromium: Any) -> Iterator[tuple[str, bytes]]:
    """(name, PNG) of each page of the desk, in 64 colours."""
    app = web.application(web.copied(web.home()), open=True)
    context = chromium.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN")
    try:
        with serving(app) as base:
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(f"{base}{path}")
                yield f"desk-{name}.png", _small(page.screenshot())
    finally:
        context.close()
        web.close(app)


def _small(data: bytes) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _form(page: Opened, here: Organ) -> bytes:
    """The form in which a key is made, the ledger's card taken."""
    with chdir(here.desk.folder):
        card = ok(here.home, "keys", "card")
    page.page.click("details > summary")
    page.page.set_input_files("#card", str(here.desk.folder / card["file"]))
    page.page.fill("#person", "p-wang")
    page.page.wait_for_selector("#card-status.good")
    shot = _shot(page, "details")
    page.page.click("details > summary")
    return shot


def _shot(page: Opened, place: str) -> bytes:
    return bytes(page.page.locator(place).screenshot())


def main() -> None:
    """Writes them where README shows them."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as root:
        browser = playwright.chromium.launch(executable_path=str(require_system("chromium")), args=options)
        for name, data in pictures(browser, Path(root)):
            (FOLDER / name).write_bytes(data)
        browser.close()


if __name__ == "__main__":
    main()
