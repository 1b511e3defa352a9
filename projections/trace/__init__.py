"""The reverse trace (责任倒查): one case, two investigations. Each of the rules R1 to R24 is a named function.

| Rule | Situation | Function |
|---|---|---|
| R1 | holder at the time, own sub-interval | `attribution.own_share` |
| R2 | direct party by fact; others only to question | `post_grounds.offenders`, `candidates.to_question` |
| R3 | change of holder inside the period | `succession.succession`, `succession.handovers` |
| R4 | no handover, or a warning left out of it | `succession.handover_findings` |
| R5 | acting in charge, temporary cover | `attribution.line_of`, `post_grounds.covers` |
| R6 | vacancy | `attribution.gap_shares`, `post_grounds.gaps`, `gaps.gaps` |
| R7 | supervising member | `post_grounds.supervisors` |
| R8 | principal | `post_grounds.secretaries` |
| R9 | other members, functions touched | `post_grounds.functions` |
| R10 | unit head | `post_grounds.heads` |
| R11 | co-responsible unit | `chain.co_responsible` |
| R12 | collective decision | `decisions.collective` |
| R13 | dissent | `decisions.dissents` |
| R14 | invalid collective decision | `decisions.invalid` |
| R15 | individual decision | `decisions.individual` |
| R16 | duty reassigned afterwards | `later.variants`, `later.later_effects` |
| R17 | left, promoted, retired, dead | `status.route`, `status.lifelong` |
| R18 | vertical chain | `chain.chain` |
| R19 | culpability | `culpability.culpability` |
| R20 | knowledge ladder | `knowledge.knowledge` |
| R21 | exculpation | `conduct.warned_in_time` |
| R22 | after discovery | `conduct.found_or_reported` |
| R23 | rulebook versions | `rulebooks.versions_used` |
| R24 | both tracks | `status.red`, `against.decisions_against_trace` |

`case_facts` reads the inspectors' facts, `near` asks the signals about what lies near, `suggestion` says what the
grounds suggest, `build` puts one trace together. The engine advises; people decide.

Not here: SQL, words, and anything that a scenario or a case knows by name.
"""

from projections.trace.build import trace

__all__ = ["trace"]
