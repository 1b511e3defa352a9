"""What is done in a process of its own, so that its memory and its children's time can be told."""

import sys
from importlib import import_module

WORKS = {"verify": ("tests.bench.checking", "verified"), "ask": ("tests.bench.asking", "asked")}
"""By name, where each stands: only that is loaded."""

if __name__ == "__main__":
    module, name = WORKS[sys.argv[1]]
    getattr(import_module(module), name)(*sys.argv[2:])
