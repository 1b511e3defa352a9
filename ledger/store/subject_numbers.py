"""The running number that a subject stands at is held against what was sealed, and against what was written since.

The index of subjects repeats what entries state; a row taken out of it would give the next entry about the subject a
number that was given before, and nothing could be sealed over it. What is under the last seal is counted by the seal;
what follows it states its numbers itself.
"""

from collections.abc import Mapping

from ledger.checks.subjects import Subject
from ledger.core.seal_map import subject_key
from ledger.errors import ChainBroken, ProofInvalid
from ledger.store.derived import numbers_stated
from ledger.store.named_reads import Rows
from ledger.store.sealed_heads import UNFIT, CachedMap, checked_paths, last_seal

UNSEALED_READ = 64
"""Entries after the last seal that are read for the running numbers they state, the newest, so that an append costs the
same however long ago that seal was: more than a day of a large bureau."""


def check_number(rows: Rows, cached: CachedMap, subject: Subject, number: int, size: int) -> None:
    """No entry about a subject that is under the last seal is missing in the index that its running number is from.

    A cached head that does not lead to the sealed root stops nothing: the map is made anew with the next seal. Raises
    ChainBroken.
    """
    key = subject_key(*subject)
    try:
        head = cached.head(key)
        if head is None or number >= head.count:
            return
        sealed = checked_paths(cached, [key], last_seal(rows, size)[1])[key].end
    except (*UNFIT, ProofInvalid):
        return
    if sealed is not None and sealed.key == key and number < sealed.count:
        raise ChainBroken(
            "the seal has {} entries about {}, and the index beside the entries knows {}: the database was changed; "
            "nothing is signed on it; see: zeren verify",
            sealed.count,
            subject[1],
            number,
        )


def unsealed_numbers(rows: Rows, size: int) -> dict[Subject, int]:
    """By subject, the running number that the newest entry about it states, of the last `UNSEALED_READ` entries that
    follow the last seal."""
    return numbers_stated(rows, max(last_seal(rows, size)[0], size - UNSEALED_READ), size)


def check_unsealed(stated: Mapping[Subject, int], subject: Subject, number: int) -> None:
    """No entry about a subject that follows the last seal is missing in the index that its running number is from.

    `stated`: as `unsealed_numbers` read them. Raises ChainBroken.
    """
    if number < stated.get(subject, 0):
        raise ChainBroken(
            "an entry states that it is number {} about {}, and the index beside the entries knows {}: the database "
            "was changed; nothing is signed on it; see: zeren verify",
            stated[subject],
            subject[1],
            number,
        )
