"""zeren consent give FILE --key KEY: read what is asked, agree or refuse, and hand back a file.

Needs no ledger and no network. What is shown was held against what is signed; the key's own memory notices another
history and content that was signed before. Nothing imported here is missing on any system (a test says so).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from cli.acting.cards import card_option
from cli.acting.signing import passphrase_option, secrets_of
from cli.showing.command_groups import may_ask
from cli.showing.output import note, print_json, print_lines, spaced
from cli.showing.signature_questions import head, question
from ledger.clock import now
from ledger.consents.answer import Answer, format_answer
from ledger.consents.card import read_card
from ledger.consents.give import Decision, give, is_over
from ledger.consents.memory import Memory, recall
from ledger.consents.request import Request, parse_request
from ledger.consents.shown import ShownQuestion, check_request
from ledger.core.consent_to import ToDraft
from ledger.core.encoding import b64decode, b64encode
from ledger.errors import BadInput, Malformed, Refused
from ledger.keys.key_files import PEM, label_of, open_key, set_label
from ledger.keys.labels import Label
from ledger.messages import N_
from ledger.writing import write_new
from projections.language.catalogue import _

_ANSWERS: Mapping[Literal["agree", "refuse", "later"], tuple[str, ...]] = {
    "agree": ("a", "agree", "同意"),
    "refuse": ("r", "refuse", "拒绝"),
    "later": ("l", "later", "leave open", "暂不答复"),
}
"""What may be typed, in whichever language the question was read."""


@click.command(
    "give", help=N_("Answer the request in FILE with one's own key: each record is shown, then asked about.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    "key_files",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("One's own key file or token file; a second one is of another kind (SM2, ML-DSA)."),
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The answer (default: beside FILE)."))
@click.option(
    "--fingerprint", help=N_("The ledger's fingerprint, where the key does not say it yet; compare it first.")
)
@card_option
@click.option("--agree", is_flag=True, help=N_("Agree to everything in FILE, without being asked."))
@click.option("--refuse", is_flag=True, help=N_("Refuse everything in FILE, without being asked."))
@click.option("--reason", help=N_("Why one refuses."))
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def command(
    file: Path,
    key_files: tuple[Path, ...],
    out: Path | None,
    fingerprint: str | None,
    card: Path | None,
    agree: bool,
    refuse: bool,
    reason: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    if agree and refuse:
        raise BadInput("--agree and --refuse exclude each other")
    request = _read(file)
    memory = recall(key_files[0])
    label = _check_label(key_files[0], memory, request, _stated(fingerprint, card))
    shown = check_request(request)
    memory.check(request, shown)
    target = out or file.with_name(f"{file.stem}.answer.json")
    if target.exists():
        raise BadInput("{} is there already; name another file with --out", target)

    say = note if as_json else print_lines
    for line in head(request):
        say(line)
    fixed = Decision("agree") if agree else Decision("refuse", reason) if refuse else None
    decisions = [_decide(request, each, number, memory, fixed, say) for number, each in enumerate(shown, 1)]
    if all(decision.answer == "later" for decision in decisions):
        _say_unanswered(len(decisions), as_json=as_json)
        return
    answer = _signed(request, decisions, key_files, passphrase_file)
    data = format_answer(answer)
    _remember(memory, label, request, shown, decisions, data)
    write_new(target, data)
    counts = {"consents": len(answer.consents), "declined": len(answer.declined), "unanswered": _of(decisions, "later")}
    if as_json:
        print_json({"file": str(target), **counts})
    else:
        print_lines(
            "",
            _("{agreed} agreed to, {refused} refused, {unanswered} left open").format(
                agreed=_of(decisions, "agree"), refused=_of(decisions, "refuse"), **counts
            ),
            _("answer written to {file}: hand it to whoever asked; a copy stays with the key").format(file=target),
        )


def _say_unanswered(number: int, *, as_json: bool) -> None:
    """Nothing is signed, so no key is opened and no file written that would say nothing."""
    if as_json:
        print_json({"file": None, "consents": 0, "declined": 0, "unanswered": number})
    else:
        print_lines("", _("nothing was answered, so no answer was written; the request can be answered later"))


def _read(file: Path) -> Request:
    try:
        return parse_request(file.read_bytes())
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    except Malformed as error:
        raise BadInput("{}: {}", file, error) from error


def _stated(fingerprint: str | None, card: Path | None) -> bytes | None:
    """The fingerprint that was learnt by another way."""
    if fingerprint is not None and card is not None:
        raise BadInput("either --fingerprint or --ledger")
    return read_card(card).fingerprint if card is not None else b64decode(fingerprint) if fingerprint else None


def _check_label(key_file: Path, memory: Memory, request: Request, stated: bytes | None) -> Label:
    """The key is the asked person's, of this very ledger: as kept with it, or as stated now and kept from now on."""
    kept = label_of(key_file) if key_file.suffix == PEM else None
    kept = kept or memory.label
    if kept is not None and (kept.person, kept.ledger) != (request.person, request.origin):
        raise Refused(
            "the request asks {} of {}; this key is of {} for {}",
            request.person,
            request.origin,
            kept.person,
            kept.ledger,
        )
    if not request.fingerprint:  # of a ledger that is not founded yet: its digest is compared instead
        if kept is not None and kept.fingerprint is not None:
            raise Refused("this key is for a ledger that is founded already; a founding takes a new key")
        return Label(request.person, request.origin)
    known = kept.fingerprint if kept is not None and kept.fingerprint is not None else stated
    if known is None:
        raise BadInput(
            "the key does not say its ledger's fingerprint; compare {} with a custodian by another way, then repeat "
            "with --fingerprint, or with the ledger's card: --ledger FILE",
            b64encode(request.fingerprint),
        )
    if known != request.fingerprint or stated not in (None, known):
        raise Refused("the request is of another ledger than the key is for: its fingerprint differs")
    return Label(request.person, request.origin, known)


def _decide(
    request: Request,
    shown: ShownQuestion,
    number: int,
    memory: Memory,
    fixed: Decision | None,
    say: Callable[[str], None],
) -> Decision:
    for line in question(request, shown, number):
        say(line)
    if is_over(shown.ask, _moment()):
        say(_("The time for an answer is over; ask for a new request."))
        return Decision("later")
    if not request.fingerprint and isinstance(shown.ask.to, ToDraft):
        say(_("digest of the founding, to be compared with the custodian by telephone:"))
        say(f"  {spaced(shown.ask.to.digest.hex())}")
    before = memory.signed_before(request, shown)
    if before is not None:
        say(_("Careful: the same content was signed with this key on {day}.").format(day=before[:10]))
    if fixed is not None:
        return fixed
    if not may_ask():
        raise BadInput("nobody is there to be asked; say --agree, or --refuse with --reason")
    chosen = click.prompt(_("Agree (a), refuse (r), or leave open (l)"), value_proc=_answer_of, err=True)
    return Decision(chosen, str(click.prompt(_("Why"), err=True)) if chosen == "refuse" else None)


def _answer_of(typed: str) -> Literal["agree", "refuse", "later"]:
    said = typed.strip().casefold()
    for answer, words in _ANSWERS.items():
        if said in words:
            return answer
    raise click.UsageError(_("answer a, r or l"))


def _moment() -> datetime:
    moment = now()
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _signed(
    request: Request, decisions: Sequence[Decision], key_files: Sequence[Path], passphrase_file: Path | None
) -> Answer:
    name, secret = f"{request.origin}/{request.person}", secrets_of(None, passphrase_file)
    return give(request, decisions, [open_key(path, name, secret) for path in key_files], _moment())


def _remember(
    memory: Memory,
    label: Label,
    request: Request,
    shown: Sequence[ShownQuestion],
    decisions: Sequence[Decision],
    answer: bytes,
) -> None:
    """Before the answer leaves: what was seen, what was signed, a copy, and the ledger that the key is for."""
    moment = _moment()
    memory.remember(request, shown)
    for each, decision in zip(shown, decisions, strict=True):
        if decision.answer == "agree":
            memory.remember_signed(request, each, moment)
    if memory.key_file.suffix != PEM:
        memory.label = label
    elif label_of(memory.key_file) != label:
        set_label(memory.key_file, label)
    memory.save()
    memory.keep(f"{moment:%Y-%m-%dT%H%M%SZ}.json", answer)


def _of(decisions: Sequence[Decision], answer: str) -> int:
    return sum(1 for decision in decisions if decision.answer == answer)
