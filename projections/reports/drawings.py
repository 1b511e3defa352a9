"""The charts of a trace: who held what when, and who answers through what."""

from datetime import timedelta
from decimal import Decimal
from typing import TypedDict

from projections.charts.levels import Level, LevelBox, levels_chart, levels_parts
from projections.charts.tenure_chart import Bar, Lane, Point, tenure_chart
from projections.facts.protocol import Facts, day
from projections.facts.values import Period
from projections.language.trace import Explainer
from projections.language.trace_words import CATEGORIES, LEVELS
from projections.trace.model import Ground, PersonTrace, Share, Trace


class _Graph(TypedDict):
    title: str
    description: str
    key: str
    across: int


_MARGIN = timedelta(days=30)
_KINDS = {"direct": "direct", "main_leadership": "main", "important_leadership": "important"}


def trace_tenures(
    found: Trace, explain: Explainer, facts: Facts, key: str = "tenures", *, width: int = 960, labels: int = 150
) -> str:
    """The line of the unit over the offence and up to the opening: holders, gaps, disputed claims, acts."""
    opened, lead = day(facts, found.opened_at), day(facts, found.first_lead_at or found.opened_at)
    last = max(found.period.last, opened)
    during = Period(found.period.first - _MARGIN, last + _MARGIN)
    lanes = []
    for level, title in LEVELS.items():
        rows = [_bar(row, explain) for row in found.shares if row.level == level]
        disputed = {(v.person, v.period, v.because): v for v in found.variants if v.level == level}
        rows += [
            Bar(explain.name(v.person), v.period, "disputed", f"{explain.name(v.person)} {explain.cites([v.because])}")
            for v in disputed.values()
        ]
        lanes.append(Lane(explain.text(title), tuple(rows)))
    points = tuple(
        Point(
            explain.act_label(row.act),
            row.day,
            f"{row.act} {row.day.isoformat()} {explain.amount(row.amount, found.unit_of_money)}",
        )
        for row in found.acts
    )
    lanes.append(Lane(explain.text("acts"), points=points))
    markers = [Point(explain.text("case opened"), opened)]
    if lead != opened:
        markers.insert(0, Point(explain.text("first lead"), lead))
    return tenure_chart(
        lanes,
        during,
        title=explain.text("Who held the line of {unit}").format(unit=explain.name(found.unit)),
        description="; ".join(explain.share(row, found.unit_of_money) for row in found.shares),
        key=key,
        called=explain.part_of_axis,
        markers=markers,
        shaded=found.period,
        width=width,
        labels=labels,
    )


def _bar(row: Share, explain: Explainer) -> Bar:
    who = explain.name(row.person) if row.person is not None else explain.text("vacant")
    kind = "gap" if row.person is None else "acting" if row.acting else "holder"
    note = f"{who} {explain.period(row.period)} {explain.act_list(row.acts)}"
    return Bar(who, row.period, kind, note.rstrip())  # type: ignore[arg-type]  # one of three literals


def trace_graph(found: Trace, explain: Explainer, key: str = "graph") -> str:
    """The facts and decisions below, above them who answers: a row for each level that somebody is really in."""
    return levels_chart(_levels(found, explain), **_graph(found, explain, key))


def trace_graph_parts(found: Trace, explain: Explainer, key: str = "graph") -> tuple[str, ...]:
    """The same drawing for paper, a part for each level."""
    return levels_parts(_levels(found, explain), **_graph(found, explain, key))


def _graph(found: Trace, explain: Explainer, key: str) -> _Graph:
    said = (f"{explain.name(p.person)}: {', '.join(_said(p.categories, explain))}" for p in found.persons)
    return {
        "title": explain.text("Who answers through what"),
        "description": "; ".join(said),
        "key": key,
        "across": 4 if explain.speech == "zh_CN" else 3,
    }


def _amount(amount: Decimal, found: Trace, explain: Explainer) -> str:
    """An amount that stays on one line of a box."""
    return explain.amount(amount, found.unit_of_money).replace(" ", "\N{NO-BREAK SPACE}")


def _levels(found: Trace, explain: Explainer) -> list[Level]:
    amount = _amount(found.total, found, explain)
    cites = dict.fromkeys(
        cite for person in found.persons for ground in person.grounds if _by_decision(ground) for cite in ground.cites
    )
    sources = [LevelBox((explain.text("case {case}").format(case=found.case), amount), "event")]
    sources += [LevelBox((explain.text("decision"), explain.cites([cite])), "decision") for cite in cites]
    rows: dict[str, list[LevelBox]] = {level: [] for level in ("direct", *LEVELS, "decided", "beside")}
    for person in found.persons:
        rows[_row(person)].append(_person_box(person, found, explain))
    for gap in found.gaps:
        falls = [explain.text("falls to {name}").format(name=explain.name(gap.falls_to))] if gap.falls_to else []
        lines = (explain.text("vacant"), explain.period(gap.period), explain.act_list(gap.acts), *falls)
        rows[gap.level].append(LevelBox(lines, "gap", facts=True))
    bodies = [
        LevelBox(
            (explain.name(body.body), *_said(body.categories, explain)),
            "body",
            decided=any(map(_by_decision, body.grounds)),
        )
        for body in found.bodies
    ]
    titles = {
        "direct": explain.text("direct parties"),
        **{level: explain.text(title) for level, title in LEVELS.items()},
        "decided": explain.text("others who decided"),
        "beside": explain.text("not found responsible"),
    }
    return [
        Level(explain.text("facts and decisions"), tuple(sources)),
        *(Level(titles[level], tuple(boxes)) for level, boxes in rows.items()),
        Level(explain.text("Bodies"), tuple(bodies)),
    ]


def _by_decision(ground: Ground) -> bool:
    return ground.side == "basis" and ground.rule in ("R12", "R13", "R14", "R15")


def _row(person: PersonTrace) -> str:
    """The level that a person is drawn in: by conduct, by the post held, by a decision, else beside them."""
    if person.conduct is not None:
        return "direct"
    held = [share.level for share in person.shares if not share.acting] or [share.level for share in person.shares]
    if held:
        return held[0]
    return "decided" if any(map(_by_decision, person.grounds)) else "beside"


def _person_box(person: PersonTrace, found: Trace, explain: Explainer) -> LevelBox:
    lines = [explain.name(person.person), *_said(person.categories, explain)]
    if person.conduct is not None:
        lines.append(explain.text(", ").join((explain.act_list(person.acts), _amount(person.amount, found, explain))))
    for share in person.shares if person.conduct is None else ():
        if share.acts:
            acts = explain.act_list(share.acts)
            said = explain.text(", ").join((acts, _amount(share.amount, found, explain)))
            lines.append(f"{explain.text('acting')}{explain.text(': ')}{said}" if share.acting else said)
    return LevelBox(
        tuple(lines),
        _kind(person),
        facts=bool(person.shares) or person.conduct is not None,
        decided=any(map(_by_decision, person.grounds)),
    )


def _said(categories: tuple[tuple[str, str], ...], explain: Explainer) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(explain.text(CATEGORIES[category]) for _, category in categories if category != "not_applicable")
    )


def _kind(person: PersonTrace) -> str:
    said = [category for _, category in person.categories]
    return next((kind for category, kind in _KINDS.items() if category in said), "none")
