"""The city that is measured: the same each time, and as sound as any ledger."""

from contextlib import closing
from pathlib import Path

from ledger.home.organs_at_hand import organs_of
from ledger.verify import verify_ledger
from tests.tools.city import make_city


def heads(directory: Path) -> dict[str, tuple[int, bytes]]:
    found = {}
    for organ in organs_of(directory):
        for kind in organ.home.kinds():
            with closing(organ.home.ask(kind)) as ledger:
                assert verify_ledger(ledger).findings == []
                head = ledger.tree_head()
                found[ledger.origin] = (head.size, head.root)
    return found


def test_a_city_is_the_same_each_time_and_every_ledger_in_it_valid(tmp_path: Path) -> None:
    """One ledger of each organ and a case ledger in every second; organs made again have the same roots."""
    make_city(tmp_path / "first", 3, 120, case_every=2, workers=1)
    make_city(tmp_path / "second", 2, 120, workers=1)
    first = heads(tmp_path / "first")
    assert heads(tmp_path / "second").items() <= first.items()
    assert {size for origin, (size, _) in first.items() if origin.endswith("duty")} == {120}
    assert len([origin for origin in first if origin.endswith("case")]) == 1
