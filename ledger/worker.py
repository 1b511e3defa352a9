"""What a process that works for another does first."""

import signal


def end_without_words() -> None:
    """Lets Ctrl+C, which reaches every process of a terminal, end this one at once: who started it has the say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
