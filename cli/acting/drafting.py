"""Parking a record until those who sign elsewhere have consented: options, the requests to them, what is said."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.acting.called import person_called
from cli.acting.hints import late_from
from cli.showing.output import print_json, print_lines, spaced
from ledger.application import Ledger
from ledger.clock import now
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, make_draft, requests_for, supposed
from ledger.consents.request import Request, format_request
from ledger.core.carried import AskedPerson
from ledger.core.consent import CAPACITIES, GENESIS_TYPE, ConsentNote
from ledger.core.consent_to import Place
from ledger.core.entry import format_time
from ledger.errors import BadInput, Refused
from ledger.events.base import Payload
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.recording.attachments import keep, with_attachments
from ledger.recording.capacities import capacity_of
from ledger.recording.expand import expand
from ledger.recording.preview import preview
from ledger.writing import write_new
from projections.language.catalogue import _
from projections.language.kind_titles import type_title


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """Whose consents a record waits for, for how many days, and where the requests to them are written."""

    consent_of: tuple[str, ...] = ()
    answer_days: int | None = None
    requests: Path | None = None
    ask_later: bool = False


NOWHERE = DraftOptions()
"""Everybody who signs is here."""


def elsewhere_parameters() -> list[click.Parameter]:
    """The options of `DraftOptions`."""
    return [
        click.Option(
            ["--consent-of", "consent_of"],
            multiple=True,
            metavar="PERSON[=CAPACITY]",
            help=_("Who signs elsewhere (id or name): the record waits as a draft for the answer; repeatable."),
        ),
        click.Option(
            ["--ask-later", "ask_later"],
            is_flag=True,
            help=_("Write no requests now; zeren draft ask puts all drafts of a person into one file."),
        ),
        *waiting_parameters(),
    ]


def waiting_parameters() -> list[click.Parameter]:
    """For how long answers are waited for, and where the requests go."""
    return [
        click.Option(
            ["--answer-days", "answer_days"],
            type=click.IntRange(1, 31),
            help=_("For how many days answers are waited for (default: 14)."),
        ),
        click.Option(
            ["--requests", "requests"],
            type=click.Path(path_type=Path, file_okay=False),
            help=_("Directory for the requests, one file a person (default: here)."),
        ),
    ]


def elsewhere_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `DraftOptions`, for a command made by decorators; they arrive as one argument `elsewhere`."""

    @wraps(function)
    def taking(
        *, consent_of: tuple[str, ...], answer_days: int | None, requests: Path | None, ask_later: bool, **more: Any
    ) -> Any:
        return function(elsewhere=DraftOptions(consent_of, answer_days, requests, ask_later), **more)

    taking.__click_params__ = [  # type: ignore[attr-defined]  # where click's decorators leave what they were told
        *getattr(function, "__click_params__", []),
        *reversed(elsewhere_parameters()),
    ]
    return taking


def asked_of(here: Home, ledger: Ledger, payload: Payload, words: Sequence[str]) -> tuple[AskedPerson, ...]:
    """Who is asked as what: as said, else as the record names the person, else by the person's roles."""
    found = []
    for word in words:
        called, _equals, said = word.partition("=")
        person = person_called(here, ledger, called)
        if said and said not in CAPACITIES:
            raise BadInput("nobody signs as {}; choose one of {}", said, ", ".join(CAPACITIES))
        found.append(AskedPerson(person, said or capacity_of(ledger, payload, person)))
    return tuple(found)


def elsewhere_ids(here: Home, ledger: Ledger, elsewhere: DraftOptions) -> set[str]:
    """The ids of those who sign elsewhere."""
    return {person_called(here, ledger, word.partition("=")[0]) for word in elsewhere.consent_of}


def custodians_signing(here: Home, ledger: Ledger, elsewhere: DraftOptions) -> list[str]:
    """Who signs at the ledger where nobody is named: two custodians in force; of whom others consent, one alone."""
    asked = elsewhere_ids(here, ledger, elsewhere)
    left = sorted(ledger.keys().custodians() - asked)
    if not left:
        raise Refused("no custodian with a key in force is left to sign here; name who does with --as")
    return left[: 1 if asked else 2]


def park(
    here: Home,
    ledger: Ledger,
    payload: Payload,
    persons: Sequence[str],
    elsewhere: DraftOptions,
    *,
    attach: Sequence[Path] = (),
    possession: ConsentNote | None = None,
    as_json: bool,
) -> None:
    """Keeps the record as a draft by the first of `persons`, writes a request to each who is asked, and says so.

    Raises what recording would raise once all of them had consented.
    """
    drafts = Drafts(here.drafts(ledger.kind))
    asked = asked_of(here, ledger, payload, elsewhere.consent_of)
    kept = keep(drafts.directory, attach) if attach else None
    try:
        payload = with_attachments(payload, kept.attachments if kept else ())
        files = kept.waiting.name if kept else None
        draft = made_now(payload, persons, asked, ledger, elsewhere, possession=possession, files=files)
        check_parked(ledger, draft, persons)
        written = {} if elsewhere.ask_later else write_requests([draft], ledger, drafts, elsewhere.requests)
        drafts.save(draft)
    except BaseException:
        if kept is not None:
            kept.discard()
        raise
    if kept is not None:
        kept.release()
    say_parked(draft, written, as_json=as_json, late=late_from(ledger, payload))


def made_now(
    payload: Payload,
    persons: Sequence[str],
    asked: Sequence[AskedPerson],
    ledger: Ledger,
    elsewhere: DraftOptions,
    *,
    possession: ConsentNote | None = None,
    files: str | None = None,
) -> Draft:
    """The draft of a record as of now, after the last entry on record, by the first of `persons`."""
    last = ledger.entry_at(ledger.size() - 1)[0]
    moment = now().astimezone(UTC)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return make_draft(
        payload,
        persons[0],
        asked,
        origin=ledger.origin,
        fingerprint=ledger.opened.leaf_hash,
        after=Place(last.header.position, last.leaf_hash),
        made_at=moment,
        not_after=moment + timedelta(days=elsewhere.answer_days) if elsewhere.answer_days else None,
        signers=persons[1:],
        possession=possession,
        files=files,
    )


def check_parked(ledger: Ledger, draft: Draft, persons: Sequence[str]) -> None:
    """Raises what recording a draft would raise once everybody had consented."""
    preview(ledger, expand(ledger, draft.payload), persons, supposed(draft, ledger.keys()))


def write_requests(
    drafts: Sequence[Draft], ledger: Ledger | None, store: Drafts, directory: Path | None
) -> dict[str, Path]:
    """One request to each who is asked and has not answered, a new file. Raises BadInput where one is there already."""
    requests = requests_for(drafts, ledger, store.waiting)
    name = f"{drafts[0].name}-" if len(drafts) == 1 else ""
    return write_files({f"{name}{person}": request for person, request in requests.items()}, directory)


def write_files(requests: Mapping[str, Request], directory: Path | None) -> dict[str, Path]:
    """Where each of these requests was written, by person; a file is named by the key of its request."""
    folder = directory or Path()
    written = {request.person: folder / f"{name}.request.json" for name, request in requests.items()}
    for target in written.values():
        if target.exists():
            raise BadInput("{} is there already; move it away first", target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("{} cannot be written: {}", folder, error.strerror) from None
    for request in requests.values():
        write_new(written[request.person], format_request(request))
    return written


def say_parked(draft: Draft, written: dict[str, Path], *, as_json: bool, late: Any = None) -> None:
    """What waits for whom, until when."""
    if as_json:
        print_json(
            {
                "draft": draft.name,
                "type": draft.type,
                "digest": draft.to.digest.hex(),
                "author": draft.author,
                "asked": [[each.person, each.capacity] for each in draft.asked],
                "requests": {person: str(file) for person, file in written.items()},
                "not_after": format_time(draft.not_after),
                "late_from": None if late is None else late.isoformat(),
            }
        )
        return
    print_lines(
        _("draft {name} ({kind}) waits for {number} answers until {day}; nothing is recorded yet").format(
            name=draft.name,
            kind=type_title(draft.type),
            number=len(draft.asked),
            day=format_time(draft.not_after)[:10],
        ),
        *(_("hand {file} to {person}").format(file=file, person=person) for person, file in written.items()),
    )
    if draft.type == GENESIS_TYPE:
        print_lines(
            _("digest of the founding, to be compared with each of them by telephone:"),
            f"  {spaced(draft.to.digest.hex())}",
        )
    if late is not None:
        print_lines(_("recorded on {day} or later it is late").format(day=late.isoformat()))
    if written:
        print_lines(_("then: zeren draft finish {name} ANSWER...").format(name=draft.name))
    else:
        print_lines(_("ask with: zeren draft ask"))


def say_requests(drafts: Sequence[Draft], written: Mapping[str, Path], *, as_json: bool) -> None:
    """Which file goes to whom, where one carries several drafts."""
    if as_json:
        files = {person: str(file) for person, file in written.items()}
        print_json({"drafts": [draft.name for draft in drafts], "requests": files})
        return
    print_lines(
        *(_("hand {file} to {person}").format(file=file, person=person) for person, file in written.items()),
        _("then: zeren draft finish --all ANSWER..."),
    )
