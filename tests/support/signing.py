"""The signing page as somebody uses it: opened as a file, in a browser without a network."""

from pathlib import Path
from typing import Any

from projections.reports.signing_page import page

SECRET = "her own words"


class Opened:
    """The page opened as a file, in a browser without a network."""

    def __init__(self, chromium: Any, folder: Path, locale: str = "en-GB") -> None:
        (folder / "sign.html").write_bytes(page())
        self.folder, self.context = folder, chromium.new_context(offline=True, locale=locale, accept_downloads=True)
        self.said: list[str] = []
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.goto((folder / "sign.html").as_uri())

    def open_key(self, *files: Path, secret: str = SECRET) -> str:
        self.page.set_input_files("#key-file", [str(file) for file in files])
        self.page.fill("#passphrase", secret)
        self.page.click("#opening button[type=submit]")
        return self._said("#key-status")

    def ask(self, data: bytes) -> str:
        self.page.evaluate("() => document.getElementById('request-status').className = ''")
        self.page.set_input_files("#request-file", [])
        self.page.evaluate("() => document.getElementById('request-status').className = ''")
        file = {"name": "request.json", "mimeType": "application/json", "buffer": data}
        self.page.set_input_files("#request-file", file)
        return self._said("#request-status")

    def _said(self, where: str) -> str:
        self.page.wait_for_function(
            f"() => ['good', 'bad'].includes(document.querySelector('{where}').className)", timeout=120_000
        )
        return str(self.page.locator(where).inner_text())

    def say(self, number: int, answer: str, reason: str | None = None) -> None:
        self.page.check(f"input[name=answer-{number}][value={answer}]")
        if reason is not None:
            self.page.fill(f"#reason-{number}", reason)

    def sign(self) -> bytes:
        self.page.click("#sign")
        self.page.wait_for_selector("#answer a.save")
        return self.saved("#answer a.save")

    def saved(self, link: str) -> bytes:
        with self.page.expect_download() as found:
            self.page.click(link)
        return Path(found.value.path()).read_bytes()

    @property
    def words(self) -> str:
        return str(self.page.locator("#questions").inner_text())

    def make_key(self, person: str, ledger: str, fingerprint: str) -> tuple[Path, Path]:
        """A key made in the page; where it and its possession, before a founding its verifier key, were saved."""
        self.page.click("details > summary")
        for place, value in (("person", person), ("ledger", ledger), ("fingerprint", fingerprint)):
            self.page.fill(f"#{place}", value)
        for place in ("new-passphrase", "repeated"):
            self.page.fill(f"#{place}", SECRET)
        self.page.click("#making button[type=submit]")
        self.page.wait_for_selector("#made a.save", timeout=120_000)
        files = []
        for name in (f"{person}.pem", f"{person}.{'possession' if fingerprint else 'vkey'}"):
            (self.folder / name).write_bytes(self.saved(f"#made a[download='{name}']"))
            (self.folder / name).chmod(0o600)
            files.append(self.folder / name)
        return files[0], files[1]

    def close(self) -> None:
        self.context.close()
        assert self.said == []
