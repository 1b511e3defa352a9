"""What every store does: the named reads against what the entries say, slot and put, seals, checkpoints, erasure.

A further store is a further line in STORES; it runs all of this.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from ledger.checks.subjects import Subject, read_subjects
from ledger.core.body import parse_body
from ledger.core.encoding import b64decode
from ledger.core.entry import parse_entry
from ledger.core.merkle import leaf_hash, root_of
from ledger.core.seal_map import StreamHead, check_absence, check_head, heads_root, stream_key, subject_key
from ledger.core.tiles import WIDTH, encode_tile
from ledger.errors import Conflict, Refused
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import TextErased
from ledger.events.register import PersonRegistered, PersonRenamed, UnitRegistered
from ledger.events.trust import Sealed
from ledger.placement import AT_REST
from ledger.store.opening import open_store
from ledger.store.pointer import read_pointer
from ledger.store.store_protocol import Signed, Store
from tests.support.builders import START, Desk, found, open_desk, signer_named
from tests.support.plain_store import PlainStore
from tests.support.postgres import the_server

STORES: dict[str, Callable[[str], Store]] = {
    "sqlite": open_store,
    "plain": lambda _: PlainStore(),
    "postgres": open_store,
}
TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text", place="a room")


@pytest.fixture(params=STORES)
def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A duty ledger in each kind of store: registrations, 280 talks, an erasure, a renaming, two seals."""
    if request.param == "postgres":
        desk = on_a_server(tmp_path)
        yield desk
        desk.close()
        return
    monkeypatch.setattr("ledger.store.factory.open_store", STORES[request.param])
    if request.param == "plain":  # in memory: what is founded is not opened again under another name
        monkeypatch.setattr("ledger.home.genesis.part_of", lambda path: path)
    desk = filled(tmp_path / "duty.db")
    yield desk
    desk.close()


@cache
def template() -> tuple[str, datetime]:
    """The database on the server with that ledger, filled once, and the moment of its last entry."""
    server = the_server()
    folder = server.directory / "store"
    folder.mkdir()
    desk = filled(server.pointer(folder))
    desk.close()
    return read_pointer(desk.path).parameters["dbname"], desk.clock.moment


def on_a_server(directory: Path) -> Desk:
    """The ledger in a copy of that database."""
    database, moment = template()
    desk = open_desk("duty", the_server().pointer(directory, database=the_server().database(database)))
    desk.clock.moment = moment
    return desk


def filled(place: Path) -> Desk:
    """A new ledger at this place: registrations, 280 talks, an erasure, a renaming, two seals."""
    desk = found("duty", place)
    custodians = ("cus-1", "cus-2")
    enrolled = {"rec": ("recorder", "signer"), "eye": ("inspector",)}
    desk.ledger.record(*(desk.command(desk.enrolment(p, roles), *custodians, p) for p, roles in enrolled.items()))
    desk.record(UnitRegistered(ref="u-1", unit="u-1", kind="department"), "rec")
    for person in ("p-a", "p-b", "p-c"):
        desk.record(PersonRegistered(ref=person, person=person, name=f"name of {person}"), "rec")
    desk.ledger.record(*(desk.command(replace(TALK, ref=f"T{n}"), "rec") for n in range(280)))
    seal(desk)
    desk.record(replace(TALK, ref="T0", counterpart="p-c"), "rec")
    erased = desk.ledger.at(desk.ledger.store.of_ref("T3")[0])
    reference = EntryReference("", erased.position, erased.leaf_hash)
    desk.ledger.erase(
        TextErased(entry=reference, names=("text",), ground="law"), (desk.signer("cus-1"), desk.signer("eye"))
    )
    desk.record(PersonRenamed(person="p-c", name="another name", valid_from=START.date()), "rec")
    seal(desk)
    desk.record(replace(TALK, ref="last"), "rec")
    return desk


def seal(desk: Desk) -> None:
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)


def history(desk: Desk) -> list[Recorded]:
    return list(desk.ledger.history())


def subjects(desk: Desk) -> dict[Subject, list[int]]:
    """By subject, the positions of the entries that state it."""
    stated: dict[Subject, list[int]] = {}
    for position in range(desk.ledger.size()):
        for subject, number in read_subjects(desk.ledger.body_at(position).values()):
            stated.setdefault(subject, []).append(position)
            assert len(stated[subject]) == number
    return stated


def test_entries_are_read_as_they_were_written(desk: Desk) -> None:
    """By position, one by one and in a row; beyond the head there is nothing."""
    store, events = desk.ledger.store, history(desk)
    size = store.size()

    assert [event.position for event in events] == list(range(size))
    assert (store.has(size - 1), store.has(size)) == (True, False)
    assert (store.entry(size), store.body(size), store.leaf_hash(size)) == (None, None, None)
    assert store.entries(size - 2, 99) == [store.entry(p)[0] for p in (size - 2, size - 1)]  # type: ignore[index]
    for event in events:
        entry, body = store.entry(event.position) or (b"", b"")
        assert (leaf_hash(entry), store.body(event.position)) == (store.leaf_hash(event.position), body)
        assert parse_entry(entry).header.body == parse_body(body).digest()


def test_events_are_read_by_place_and_type(desk: Desk) -> None:
    """From a position, below another, at most so many, of these types alone; each row whole."""
    store, events = desk.ledger.store, history(desk)
    talks = [event.position for event in events if event.payload.TYPE == TalkHeld.TYPE]

    assert [row["position"] for row in store.events(0)] == [event.position for event in events]
    assert [row["position"] for row in store.events(7, 20, 5)] == [7, 8, 9, 10, 11]
    found = store.events(0, types=(TalkHeld.TYPE, Sealed.TYPE))
    assert [row["position"] for row in found if row["type"] == TalkHeld.TYPE] == talks
    assert len(found) == len(talks) + 2
    for row, event in zip(store.events(3, 40), events[3:40], strict=True):
        said = (event.originator_id, event.originator_version, event.payload.TYPE)
        assert (row["stream"], row["version"], row["type"]) == said
    assert store.backwards(TalkHeld.TYPE, talks[9], talks[2], 4) == talks[5:9][::-1]
    assert store.backwards(TalkHeld.TYPE, talks[9], talks[2], 99) == talks[2:9][::-1]


def test_few_among_many_are_found_by_type(desk: Desk) -> None:
    """Registrations, renamings and keys, from a position or below one; the last ones first."""
    store, events = desk.ledger.store, history(desk)
    types = ("person.registered/1", "unit.registered/1", "person.renamed/1")
    wanted = [event.position for event in events if event.payload.TYPE in types]
    keys = [event.position for event in events if event.payload.TYPE.startswith("key.")]

    assert len(wanted) == 5
    assert [position for position, _, _ in store.of_types(types)] == wanted
    for bound in (wanted[1], wanted[1] + 1, wanted[-1], store.size()):
        assert [p for p, _, _ in store.of_types(types, bound)] == [p for p in wanted if p >= bound]
        assert [p for p, _, _ in store.of_types(types, stop=bound)] == [p for p in wanted if p < bound]
    assert [position for position, _, _ in store.of_types((), keys=True)] == keys
    assert [position for position, _, _ in store.of_types(types, keys=True)] == sorted(wanted + keys)
    last = [parse_entry(entry).header.position for entry, _ in store.last_of_types(types[:2], 2)]
    assert last == [p for p in wanted if events[p].payload.TYPE in types[:2]][-2:][::-1]
    both = store.of_types_in(("ledger/seals", "ledger/main"), ("ledger.sealed/1", "ledger.opened/1"))
    assert [parse_entry(entry).header.position for entry, _ in both] == [0, *store.stream("ledger/seals")]


def test_streams(desk: Desk) -> None:
    """Versions, positions in both orders, between bounds, and what stands outside."""
    store, events = desk.ledger.store, history(desk)
    streams = {event.originator_id: [] for event in events}  # type: ignore[var-annotated]
    for event in events:
        streams[event.originator_id].append(event.position)

    for stream, positions in streams.items():
        assert (store.version(stream), store.stream(stream)) == (len(positions), positions)
        assert store.stream_backwards(stream, 2) == positions[::-1][:2]
        assert store.stream(stream, positions[0] + 1, positions[-1]) == positions[1:-1]
        assert (store.last_of(stream), store.last_of(stream, positions[0])) == (positions[-1], None)
        rows = store.stream_events(stream, above=1, upto=3, backwards=True, limit=1)
        assert [row["position"] for row in rows] == positions[1:3][::-1][:1]
    assert (store.version("talk/none"), store.stream("talk/none"), store.last_of("talk/none")) == (0, [], None)
    seals = streams["ledger/seals"]
    assert store.last_beside(AT_REST) == store.size() - 1
    assert store.last_beside(AT_REST, seals[-1] + 1) == seals[-1] - 1
    assert store.last_beside([("ledger/seals", "anchor.recorded/1")], seals[-1] + 1) == seals[-1]
    assert store.last_beside([("ledger/main", "ledger.opened/1")], 1) is None


def test_numbers_and_subjects(desk: Desk) -> None:
    """Human numbers, twice given ones too; every subject's entries and running numbers, as the bodies state them."""
    store, stated = desk.ledger.store, subjects(desk)

    assert len(store.of_ref("T0")) == 2
    assert store.of_ref("T0", 1) == store.of_ref("T0")[:1]
    assert store.of_ref("none") == []
    assert store.late_refs(2) == ["last", "T0"]
    assert {("person", "p-a"), ("person", "p-b"), ("unit", "u-1")} <= stated.keys()
    for (kind, id_), positions in stated.items():
        assert store.about(kind, id_, store.size()) == positions
        assert store.about(kind, id_, positions[-1]) == positions[:-1]
        assert store.number_below(kind, id_, positions[-1]) == len(positions) - 1
    assert store.number_below("person", "nobody", store.size()) == 0


def test_tree_and_checkpoints(desk: Desk) -> None:
    """Full tiles, hashes of any width, roots and signed heads are those of the entries."""
    store = desk.ledger.store
    leaves = [leaf_hash(entry) for entry in store.entries(0, store.size())]

    assert store.tile(0, 0) == encode_tile(leaves[:WIDTH])
    assert (store.tile(0, 1), store.tile(1, 0)) == (None, None)
    assert store.hashes(0, 1, 9) == leaves[WIDTH : WIDTH + 9]
    assert store.hashes(1, 0, 1) == [root_of(leaves[:WIDTH])]
    for size in (1, WIDTH, WIDTH + 1, len(leaves)):
        assert desk.ledger.tree_head(size).root == root_of(leaves[:size])
    (late, note), (early, _) = store.checkpoints()
    assert (store.checkpoint(late), store.checkpoint(late + 1)) == (note, None)
    assert [size for size, _ in store.checkpoints(above=early)] == [late]
    assert [size for size, _ in store.checkpoints(limit=1)] == [late]
    again = desk.ledger.sign_checkpoint(desk.log)
    assert (desk.ledger.sign_checkpoint(desk.log), len(store.checkpoints())) == (again, 3)


def test_seals_commit_to_every_stream_and_subject(desk: Desk) -> None:
    """The sealed root, a path for what is there and for what is not, and the way from one seal to the next."""
    store, events = desk.ledger.store, history(desk)
    roots = []
    for position in store.stream("ledger/seals"):
        heads = {e.originator_id: (e.originator_version, e) for e in events[:position]}
        found_heads = [StreamHead(stream_key(s), v, e.position, e.leaf_hash) for s, (v, e) in heads.items()]
        for (kind, id_), positions in subjects(desk).items():
            below = [p for p in positions if p < position]
            if below:
                found_heads.append(
                    StreamHead(subject_key(kind, id_), len(below), below[-1], events[below[-1]].leaf_hash)
                )
        ordered = sorted(found_heads, key=lambda head: head.key)
        sealed = events[position].payload
        assert isinstance(sealed, Sealed)
        roots.append(b64decode(sealed.heads))
        assert roots[-1] == heads_root(ordered)
        there, absent = subject_key("person", "p-a"), subject_key("person", "nobody")
        paths = store.head_paths([there, absent], position, roots[-1], with_subjects=True)
        check_head(paths[there], next(head for head in ordered if head.key == there), roots[-1])
        check_absence(paths[absent], absent, roots[-1])
    first, second = store.stream("ledger/seals")
    assert store.roots_since(first, second, with_subjects=True) == (roots[0], roots[1])


def test_an_erased_text_is_gone_and_nothing_else(desk: Desk) -> None:
    """Its entry stays, its digest fits, the erasure is named; a second one is refused and writes nothing."""
    store = desk.ledger.store
    (position,) = store.of_ref("T3")
    body = parse_body(store.body(position) or b"")

    assert ([*body.missing], len(store.erasures(position))) == (["text"], 1)
    assert store.erasures(position + 1) == []
    size, event = store.size(), desk.ledger.at(position)
    again = TextErased(entry=EntryReference("", position, event.leaf_hash), names=("text",), ground="law")
    with pytest.raises(Refused, match="not held any more"):
        desk.record(again, "cus-1", "eye")
    assert store.size() == size


def put(store: Store, expected: int, signed: list[Signed]) -> int | None:
    with store.writing():
        return store.put(expected, signed)


def captured(desk: Desk, monkeypatch: pytest.MonkeyPatch, *talks: TalkHeld) -> tuple[int, list[Signed]]:
    """What an append would have put, and for which slot; it is told that the head has moved on."""
    seen: list[tuple[int, list[Signed]]] = []

    def moved(_: Store, expected: int, signed: list[Signed]) -> None:
        seen.append((expected, list(signed)))

    with monkeypatch.context() as patched:
        patched.setattr(type(desk.ledger.store), "put", moved)
        with pytest.raises(Conflict, match="someone else wrote meanwhile"):
            desk.ledger.record(*(desk.command(talk, "rec") for talk in talks))
    return seen[0]


def test_an_entry_goes_into_the_slot_that_it_was_made_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slot says where the head, a stream and a subject stand; what was made for an older head is not put in."""
    store, last = desk.ledger.store, history(desk)[-1]
    with store.writing():
        slot = store.slot(["ledger/seals", "talk/none"], [("person", "p-a"), ("person", "nobody")])
    assert (slot.size, slot.leaf_hash, slot.recorded_at) == (store.size(), last.leaf_hash, last.recorded_at)
    assert slot.versions == {"ledger/seals": 2, "talk/none": 0}
    assert slot.numbers == {("person", "p-a"): len(subjects(desk)["person", "p-a"]), ("person", "nobody"): 0}

    expected, made = captured(desk, monkeypatch, replace(TALK, ref="A"), replace(TALK, ref="B"))
    assert (expected, len(made), store.size()) == (slot.size, 2, slot.size)
    assert put(store, expected, made) == store.size() == slot.size + 2
    assert put(store, expected, made) is None
    assert [desk.ledger.at(p).payload.ref for p in (slot.size, slot.size + 1)] == ["A", "B"]
    desk.record(replace(TALK, ref="C"), "rec")  # and the next one follows them
    assert desk.ledger.at(slot.size + 2).payload.ref == "C"


def test_all_of_an_append_or_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one entry does not fit, none of them is there, nor anything that is looked up."""
    store = desk.ledger.store
    expected, made = captured(desk, monkeypatch, replace(TALK, ref="A"), replace(TALK, ref="B"))
    with pytest.raises(Exception, match=r"(?i)unique|holds rows|do not follow"):
        put(store, expected, [made[0], made[0]])

    assert store.size() == expected
    assert (store.of_ref("A"), store.body(expected)) == ([], None)
    assert put(store, expected, made) == expected + 2


def test_the_keys_of_another_writer_are_known_at_once(desk: Desk) -> None:
    """A book of keys is brought up to date from the store, and forgets what was not written."""
    desk.record(desk.enrolment("p-a", ("signer",)), "cus-1", "cus-2", "p-a")
    assert "p-a" in desk.ledger.keys().roles
    with pytest.raises(Refused):
        desk.ledger.record(
            desk.command(desk.enrolment("p-b", ("signer",)), "cus-1", "cus-2", "p-b"),
            desk.command(TALK, "nobody"),
        )
    assert "p-b" not in desk.ledger.keys().roles
    assert signer_named(f"{desk.origin}/p-a").verify_key in {key.verify_key for key in desk.ledger.keys().keys.values()}
