"""The regulations under which a case is traced: their categories of responsibility and their versions."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Category = Literal["direct", "main_leadership", "important_leadership", "collective", "none", "not_applicable"]
Regime = Literal["accountability", "discipline"]
"""accountability: 问责条例, which reaches leading bodies and their members; discipline: 处分条例 and 政务处分法."""

Categories = tuple[tuple[Regime, Category], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a regulation by its year, and the day it came into force."""

    regime: Regime
    year: int
    in_force: date


@dataclass(frozen=True, slots=True)
class VersionUse:
    """R23: which acts fell under which version; `governing` is the version at the end of a continuing act."""

    rulebook: str
    version: Version | None
    """None: no version known to be in force on those days."""
    acts: tuple[str, ...]
    category: Category
    governing: bool
    named: bool
    """Whether it is the version that the case's rulebook names."""


@dataclass(frozen=True, slots=True)
class RulebookUse:
    """A rulebook of the case, the regime that it belongs to, and the old-or-lighter question where it arises (R23)."""

    id: str
    name: str
    regime: Regime
    note: str | None = None
    old_or_lighter: bool = False
