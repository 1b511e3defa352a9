"""The reverse trace (责任倒查): one case, two investigations. Rules R1 to R24, a named function each.

`case` reads the inspectors' facts, `attribution` divides the offence among the holders of the line, `posts`,
`decisions` and `conduct` give grounds, `later` shows what came after the cut, `status` what became of people and
tracks, `suggestion` what the grounds suggest, `build` puts one trace together. The engine advises; people decide.
"""

from projections.trace.build import trace

__all__ = ["trace"]
