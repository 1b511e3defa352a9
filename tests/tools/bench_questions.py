"""CPU seconds of the questions over formulaic talks, each at first ask: nothing is kept from one to the next.

`python -m tests.tools.bench_questions [TALKS] [QUESTION ...]`. With `--answers` a digest of each answer stands beside
its time, so that two versions can be seen to say the same. Nothing passes or fails.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Callable, Mapping
from time import process_time

from projections.obligations import obligations
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.over import Over
from projections.questions.signals import SignalFilter, raised
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON
from tests.tools.formulaic import formulaic_views

TALKS = 2000


def _overview(views: Views) -> object:
    """What the first page counts: all obligations and all signals, of one cut."""
    facts = Desk(views).facts()
    return obligations(facts, judged_on=JUDGED_ON), raised(Over(facts), SignalFilter(judged_on=JUDGED_ON))


QUESTIONS: Mapping[str, Callable[[Views], object]] = {
    "overview": _overview,
    "dossier": lambda views: Desk(views).ask(dossier, DossierFilter(party="mem", judged_on=JUDGED_ON)),
    "trace": lambda views: Desk(views).trace("K1"),
    "signals": lambda views: Desk(views).ask(raised, SignalFilter(judged_on=JUDGED_ON)),
    "obligations": lambda views: Desk(views).ask(owed, ObligationFilter(judged_on=JUDGED_ON)),
}


def measured(views: Views, name: str) -> tuple[float, str]:
    """CPU seconds of one question, and a digest of its answer."""
    started = process_time()
    answer = QUESTIONS[name](views)
    taken = process_time() - started
    said = re.sub(r" at 0x[0-9a-f]+", "", repr(answer))  # a rule of the catalogue is told with its address
    return taken, hashlib.sha256(said.encode()).hexdigest()[:16]


def main(arguments: list[str]) -> None:
    """Prints a line per question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", nargs="?", type=int, default=TALKS)
    parser.add_argument("questions", nargs="*", default=[*QUESTIONS], metavar="QUESTION")
    parser.add_argument("--answers", action="store_true")
    asked = parser.parse_args(arguments)
    started = process_time()
    views = formulaic_views(asked.talks)
    sys.stdout.write(f"{'views':12} {process_time() - started:8.2f} s\n")
    for name in asked.questions:
        taken, digest = measured(views, name)
        sys.stdout.write(f"{name:12} {taken:8.2f} s{f'  {digest}' if asked.answers else ''}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
