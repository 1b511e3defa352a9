"""Whether libsodium before OpenSSL gives OpenSSL's verdict, on many signatures: `make signatures`."""

import sys
from collections import Counter
from itertools import count
from time import process_time

from ledger.core import ed25519
from tests.support.signatures import Maker, tried

MANY = 100_000


def compare(number: int, seed: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """(how often each kind got which verdict, the cases on which the two ways differ)."""
    verdicts: Counter[tuple[str, str]] = Counter()
    differing: list[str] = []
    few, asked = ed25519.FEW, ed25519._asked
    try:
        for case in Maker(seed).cases(number):
            said = []
            for ed25519.FEW in (sys.maxsize, 0):  # OpenSSL alone, then libsodium first
                ed25519._asked = count()
                said.append(tried(case))
            verdicts[case.kind, said[0]] += 1
            if said[0] != said[1]:
                differing.append(f"{case}: {said}")
    finally:
        ed25519.FEW, ed25519._asked = few, asked
    return verdicts, differing


def main(number: int, seed: int) -> int:
    """Prints what was compared; 1 where anything differs, or libsodium is not at hand."""
    if ed25519._sodium() is None:
        sys.stderr.write("libsodium is not installed (extra fast), or accepts what OpenSSL refuses\n")
        return 1
    began = process_time()
    verdicts, differing = compare(number, seed)
    for (kind, verdict), times in sorted(verdicts.items()):
        sys.stdout.write(f"{times:8,}  {kind}: {verdict}\n")
    sys.stdout.write(f"{number:,} signatures, {len(differing)} differ; {process_time() - began:.0f} s\n")
    for each in differing[:20]:
        sys.stdout.write(f"{each}\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
