"""The charts of a trace: who held what when, and who answers through what."""

from datetime import timedelta

from projections.charts.graph import Edge, Node, graph_chart
from projections.charts.tenure import Bar, Lane, Point, tenure_chart
from projections.facts.protocol import Facts, day
from projections.facts.values import Period
from projections.language.trace import Explainer
from projections.language.trace_words import CATEGORIES, LEVELS
from projections.trace.model import PersonTrace, Share, Trace

_MARGIN = timedelta(days=30)
_KINDS = {"direct": "direct", "main_leadership": "main", "important_leadership": "important", "collective": "body"}


def trace_tenures(found: Trace, explain: Explainer, facts: Facts, key: str = "tenures") -> str:
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
        Point(row.act, row.day, f"{row.act} {row.day.isoformat()} {explain.amount(row.amount, found.unit_of_money)}")
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
        markers=markers,
        shaded=found.period,
    )


def _bar(row: Share, explain: Explainer) -> Bar:
    who = explain.name(row.person) if row.person is not None else explain.text("vacant")
    kind = "gap" if row.person is None else "acting" if row.acting else "holder"
    note = f"{who} {explain.period(row.period)} {', '.join(row.acts)}"
    return Bar(who, row.period, kind, note.rstrip())  # type: ignore[arg-type]  # one of three literals


def trace_graph(found: Trace, explain: Explainer, key: str = "graph") -> str:
    """Case and decisions, direct parties, the unit's head, members and secretary, bodies; by whom each answers."""
    amount = explain.amount(found.total, found.unit_of_money)
    nodes = [Node("case", 0, (explain.text("case {case}").format(case=found.case), amount), "event")]
    edges = []
    layer = {"head": 1, "supervisor": 2, "secretary": 3}
    decided: dict[str, list[str]] = {}
    for person in found.persons:
        level = _layer(person, layer)
        own = [f"{', '.join(s.acts)}: {explain.amount(s.amount, found.unit_of_money)}" for s in person.shares if s.acts]
        lines = (explain.name(person.person), *_labels(person, explain), *own)
        nodes.append(Node(person.person, level, lines, _kind(person)))
        edges += [Edge("case", person.person) for share in person.shares]
        if _kind(person) == "direct":
            edges.append(Edge("case", person.person))
        for ground in person.grounds:
            if ground.rule in ("R12", "R13", "R14", "R15") and ground.side == "basis":
                for cite in ground.cites:
                    decided.setdefault(explain.cites([cite]), []).append(person.person)
    for name, persons in decided.items():
        nodes.append(Node(name, 0, (explain.text("decision"), name), "decision"))
        edges += [Edge(name, person, dashed=True) for person in dict.fromkeys(persons)]
    for body in found.bodies:
        labels = tuple(dict.fromkeys(explain.category(c) for _, c in body.categories if c != "not_applicable"))
        nodes.append(Node(body.body, 4, (explain.name(body.body), *labels), "body"))
        edges += [Edge(name, body.body, dashed=True) for name in decided]
        edges += [Edge(p.person, body.body) for p in found.persons if any(s.level == "secretary" for s in p.shares)]
    for gap in found.gaps:
        id_ = f"gap {gap.level} {gap.period.first}"
        lines = (explain.text("vacant"), explain.period(gap.period), ", ".join(gap.acts))
        nodes.append(Node(id_, layer[gap.level], lines, "gap"))
        edges.append(Edge("case", id_))
        if gap.falls_to is not None:
            edges.append(Edge(id_, gap.falls_to, explain.text("falls to"), dashed=True))
    heads = (explain.text("facts and decisions"), *(explain.text(LEVELS[level]) for level in layer))
    return graph_chart(
        nodes,
        list(dict.fromkeys(edges)),
        title=explain.text("Who answers through what"),
        description="; ".join(f"{explain.name(p.person)}: {', '.join(_labels(p, explain))}" for p in found.persons),
        key=key,
        layers=(*heads, explain.text("Bodies")),
    )


def _layer(person: PersonTrace, layer: dict[str, int]) -> int:
    if any(category == "direct" for _, category in person.categories):
        return 1
    levels = [layer[share.level] for share in person.shares if not share.acting] or [
        layer[share.level] for share in person.shares
    ]
    return levels[0] if levels else layer["supervisor"]


def _labels(person: PersonTrace, explain: Explainer) -> tuple[str, ...]:
    said = [explain.text(CATEGORIES[category]) for _, category in person.categories if category != "not_applicable"]
    return tuple(dict.fromkeys(said))


def _kind(person: PersonTrace) -> str:
    said = [category for _, category in person.categories]
    for category, kind in _KINDS.items():
        if category in said:
            return kind
    return "none"
