"""What is done in a process of its own, so that its memory and its children's time can be told."""

import sys

from tests.bench.checking import verified

if __name__ == "__main__":
    {"verify": verified}[sys.argv[1]](*sys.argv[2:])
