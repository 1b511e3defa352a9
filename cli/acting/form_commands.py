"""A command from a payload class: an option for every field, prompts for what is missing, the record as its outcome.

    form_command(forms()["talk"], name="talk")          every field of talk.held as an option
    form_command(form, name="end", help=..., argument="ends", omit=("person",), complete=add_person)

`argument` makes one field the command's argument; `omit` leaves fields out; `complete(ledger, raw)` adds to the named
raw values what follows from the ledger, before they are read, such as fields that are `optional` here only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli.acting.recording import open_ledger_for, record, recording_parameters, take_asked
from cli.completing import Offered, offering
from cli.showing.command_groups import may_ask
from cli.showing.output import note
from ledger.application import Ledger
from ledger.events.base import Payload
from ledger.recording.forms import RECORDED_IN, Column, Form
from ledger.recording.numbers import context_of
from ledger.recording.party_finder import Wanted
from ledger.recording.raw_record import fault_error, read_row
from ledger.recording.typed_values import Context, is_blank
from projections.language.catalogue import _, explain_error
from projections.language.kind_titles import kind_title
from projections.language.titles import Labels, field_title, shape_title

Raw = dict[str, Any]
Complete = Callable[[Ledger, Raw], Raw]
Finish = Callable[[Ledger, Payload], Payload]


def form_command(
    form: Form,
    *,
    name: str | None = None,
    help: str | None = None,  # noqa: A002 - click's own word
    argument: str | None = None,
    omit: Sequence[str] = (),
    optional: Sequence[str] = (),
    extra: Sequence[click.Parameter] = (),
    complete: Complete | None = None,
    context: Callable[[Ledger], Context] | None = None,
    finish: Finish | None = None,
) -> click.Command:
    """The command that records this kind. Parameters of `extra` reach `complete` among the raw values by their name.

    `context` says how ids and numbers are read where not the ledger alone says it; `finish` adds to the payload what
    no option gives.
    """
    omitted = {*omit, argument}
    options = _options(form, omitted, optional)
    kinds = [kind for kind in form.payload.LEDGERS if kind in RECORDED_IN]

    def run(**parameters: Any) -> None:
        asked = take_asked(parameters)
        kind = parameters.pop("ledger_kind", kinds[0])
        attach = parameters.pop("attach", ())
        raw = _raw_values(form, parameters, argument)
        with open_ledger_for(kind, asked) as (here, ledger):
            reading = context(ledger) if context else context_of(ledger, Labels())
            by_form = _ask_for_missing(form, raw, {*omitted, *optional}, reading) and not asked.dry_run
            raw = complete(ledger, raw) if complete is not None else raw
            read = read_row(form, raw, reading)
            if read.payload is None:
                raise fault_error(read.faults, option_name)
            if by_form:
                _confirm(form, raw)
            record(here, ledger, finish(ledger, read.payload) if finish else read.payload, asked, attach)

    parameters: list[click.Parameter] = [click.Argument([argument])] if argument else []
    parameters += [*extra, *options]
    if form.has("attachments.*.sha256"):
        parameters.append(_attach_option())
    if len(kinds) > 1:
        parameters.append(
            click.Option(
                ["--ledger", "ledger_kind"], type=click.Choice(kinds), default=kinds[0], help=_("Which ledger.")
            )
        )
    parameters += recording_parameters()
    return click.Command(name or form.name, params=parameters, callback=run, help=help or kind_title(form))


def _attach_option() -> click.Option:
    return click.Option(
        ["--attach"],
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False),
        help=_("A file: its digest and size are recorded, its bytes kept beside the ledger; repeatable."),
    )


def option_name(field: str) -> str:
    """`dissent.0.person` is given by `--dissent`, `votes.agree.1` by `--votes-agree`."""
    words: list[str] = []
    for part in field.split("."):
        if part.isdigit() or part == "*":
            break
        words.append(part)
    return "--" + "-".join(words).replace("_", "-")


def _options(form: Form, omitted: set[str | None], optional: Sequence[str]) -> list[click.Parameter]:
    options: list[click.Parameter] = []
    groups: set[str] = set()
    for column in form.in_order:
        if (column.group or column.base) in omitted:
            continue
        if column.group is None:
            options.append(_option(column, required=column.required and column.base not in optional))
        elif column.group not in groups:
            groups.add(column.group)
            options.append(_group_option(form, column.group))
        if _alone(form, column):
            options.append(_member_option(column))
    return options


def _option(column: Column, *, required: bool) -> click.Option:
    name = option_name(column.base)
    title = field_title(column.base) + (_(" (required)") if required else "")
    if column.kind == "yesno":
        return click.Option([f"{name}/--no-{name[2:]}", _parameter(column.base)], default=None, help=title)
    shape = shape_title(column)
    return click.Option(
        [name, _parameter(column.base)],
        multiple=column.is_list,
        help=f"{title}: {shape}",
        metavar=column.kind.upper(),
        shell_complete=offering(offered) if (offered := _offered(column)) is not None else None,
    )


def _offered(column: Column) -> Offered | None:
    """What the shell offers for the values of a column."""
    if column.kind == "entry":
        return "entry"
    return "post" if column.names_post else column.about


def _group_option(form: Form, group: str) -> click.Option:
    members = form.together(group)
    titles = [field_title(column.base.partition(".*.")[2]) for column in members]
    return click.Option(
        [option_name(group), _parameter(group)],
        multiple=True,
        nargs=len(members),
        metavar=" ".join(_member_names(members, titles)),
        help=_('{group}: {members}; "" leaves one out; repeatable').format(
            group=field_title(group), members=", ".join(titles)
        ),
    )


def _member_names(members: Sequence[Column], titles: Sequence[str]) -> Iterator[str]:
    """A word for each member: its title where that is one word, as in Chinese, else its name."""
    for column, title in zip(members, titles, strict=True):
        yield title if len(title.split()) == 1 and not title.isascii() else column.base.rpartition(".")[2].upper()


def _member_option(column: Column) -> click.Option:
    """A member that the list of records has since a later release: the n-th value belongs to the n-th record."""
    return click.Option(
        [option_name(column.base.replace(".*", "")), _parameter(column.base.replace(".*", ""))],
        multiple=True,
        metavar=column.kind.upper(),
        help=_('{title}, in the order of {option}: {shape}; "" leaves one out; repeatable').format(
            title=field_title(column.base), option=option_name(str(column.group)), shape=shape_title(column)
        ),
    )


def _parameter(name: str) -> str:
    return "field_" + name.replace(".", "__")


def _raw_values(form: Form, parameters: Mapping[str, Any], argument: str | None) -> Raw:
    raw: Raw = {} if argument is None else {argument: parameters[argument]}
    fields = {
        _parameter(column.base.replace(".*", "") if _alone(form, column) else column.group or column.base): column
        for column in form.columns
    }
    for name, value in parameters.items():
        column = fields.get(name)
        if column is None:
            if name != argument:
                raw[name] = value  # of the command's own parameters
        elif _alone(form, column):
            place = column.base.replace("*", "{}", 1)
            raw |= {place.format(number): each for number, each in enumerate(value) if each}
        elif column.group is not None:
            raw |= _group_values(form, column.group, value)
        elif column.is_list:
            raw |= _list_values(column, value)
        elif value is not None:
            raw[column.base] = value
    return raw


def _alone(form: Form, column: Column) -> bool:
    return column.group is not None and column not in form.together(column.group)


def _list_values(column: Column, given: Sequence[str]) -> Raw:
    if not given:
        return {}
    if column.about is None and not column.in_one:
        return {column.base: list(given)}
    return {column.base: "\n".join(given)}  # ids and codes may also stand several in one option


def _group_values(form: Form, group: str, given: Sequence[Sequence[str]]) -> Raw:
    members = [column.base.partition(".*.")[2] for column in form.together(group)]
    return {
        f"{group}.{number}.{member}": value
        for number, values in enumerate(given)
        for member, value in zip(members, values, strict=True)
        if value or member == "fingerprint"
    }


ASKED = ("occurred_at", "kind", "body", "unit", "title", "matter", "text", "place", "owner", "due", "claims")
"""What a form on the terminal asks beside what must be said, where a kind has it; an option gives all else."""


MOST_NAMED = 12
"""Of those who may be named in a field, how many are shown before it is asked."""


def _ask_for_missing(form: Form, raw: Raw, omitted: set[str | None], reading: Context) -> bool:
    """Asks for required fields that were not given, on a terminal only; where nothing at all was given, field by field.

    Returns whether it was asked field by field: then what is recorded is shown before it is.
    """
    if not may_ask():
        return False
    whole = all(is_blank(raw.get(column.base)) for column in form.columns) and not any(
        name.partition(".")[0] == column.group for name in raw for column in form.columns if column.group
    )
    single = [c for c in form.in_order if c.group is None and "." not in c.base and c.base not in omitted]
    needed = [column for column in single if column.required]
    for column in needed:
        if is_blank(raw.get(column.base)):
            raw[column.base] = _asked(form, column, reading)
    by_form = whole and bool(needed)
    if by_form:
        note(_("Enter leaves a field out; Ctrl-C ends without a record."))
        asked = [column for column in single if column.base in ASKED and not column.required]
        for column in sorted(asked, key=lambda column: ASKED.index(column.base)):
            said = _asked(form, column, reading, may_be_left_out=True)
            raw |= {column.base: said} if said.strip() else {}
    return by_form


def _asked(form: Form, column: Column, reading: Context, *, may_be_left_out: bool = False) -> str:
    """What is typed for a field; a value that cannot be read is told with what comes near, and asked for again."""
    _name_choices(column, reading)
    left_out: Mapping[str, Any] = {"default": "", "show_default": False} if may_be_left_out else {}
    while True:
        said: str = click.prompt(_prompt(column), err=True, **left_out)
        faults = read_row(form, {column.base: said}, reading).faults if said.strip() else ()
        own = [fault.problem for fault in faults if fault.field.partition(".")[0] == column.base]
        if not own:
            return said
        for problem in own:
            note(explain_error(problem))


def _name_choices(column: Column, reading: Context) -> None:
    """Who may be named, by name; where there are many, the first of them and how many there are."""
    wanted: Wanted | None = "post" if column.names_post else column.about
    names = reading.parties.choices(wanted) if wanted is not None and not column.registers else []
    if names:
        more = _(" and {n} more").format(n=len(names) - MOST_NAMED) if len(names) > MOST_NAMED else ""
        note(
            _("{field}: {names}").format(field=field_title(column.base), names=_(", ").join(names[:MOST_NAMED])) + more
        )


def _prompt(column: Column) -> str:
    return f"{field_title(column.base)} ({shape_title(column)})"


def _confirm(form: Form, raw: Raw) -> None:
    """Shows what was typed and asks; nothing is ever taken out of a ledger again. Raises Abort."""
    for column in form.in_order:
        if not is_blank(raw.get(column.base)):
            note(f"  {field_title(column.base)}: {raw[column.base]}")
    click.confirm(_("Record this?"), err=True, abort=True)
