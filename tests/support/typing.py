"""Somebody at a terminal, who types what a test says where a command asks."""

import pytest


class Typing:
    """Answers every prompt, hidden ones too, with the next of the words; `left` are those that nothing asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: list[str] = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        for name in ("visible_prompt_func", "hidden_prompt_func"):
            monkeypatch.setattr(f"click.termui.{name}", lambda _text: self.left.pop(0))

    def type(self, *words: str) -> None:
        """Types these after those before."""
        self.left.extend(words)
