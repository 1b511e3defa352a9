"""The menu: what this reader may open here."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import g

from api.asking.current import organ_named, organs, reader, reading
from api.asking.reader import NOBODY, Reader
from ledger.access.tokens import OWN
from ledger.errors import ZerenError
from ledger.messages import N_


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the main menu."""

    endpoint: str
    title: str
    values: Mapping[str, str]


def sections() -> list[MenuEntry]:
    """The menu: what this reader may open."""
    asks = reader()
    several = asks != NOBODY and _several()
    found = [MenuEntry("pages.organ_list", N_("Organs"), {})] if several else []
    if several and asks.may("cases"):
        found.append(
            MenuEntry("pages.city_page" if asks.may("duties") else "pages.city_case_page", N_("Across organs"), {})
        )
    if not several or g.get("organ_asked") is not None:
        found += _organ_sections(asks)
    if asks.may("supervisor"):
        found.append(MenuEntry("pages.access_page", N_("Who read what"), {}))
    found.append(MenuEntry("pages.reference", N_("API"), {}))
    return found


def start_of(asks: Reader) -> str:
    """The page with which a reader begins."""
    return "pages.own_page" if asks.may(OWN) else "pages.overview"


def _organ_sections(asks: Reader) -> list[MenuEntry]:
    """What this reader may open of the organ; which pages there are follows from its ledgers."""
    if asks.may(OWN):
        return [
            MenuEntry("pages.own_page", N_("What waits for me"), {}),
            MenuEntry("pages.own_dossier_page", N_("My dossier"), {}),
        ]
    found = [MenuEntry("pages.overview", N_("Overview"), {})]
    if asks.may("organ", "duties"):
        found += [
            MenuEntry("pages.timeline", N_("Duties"), {}),
            MenuEntry("pages.organisation_page", N_("Organisation"), {}),
            MenuEntry("pages.agenda_page", N_("Agenda"), {}),
        ]
    if asks.may("organ", "persons"):
        found.append(MenuEntry("pages.person_list", N_("Persons"), {}))
    if asks.may("organ", "duties"):
        found += [
            MenuEntry("pages.register_index", N_("Registers"), {}),
            MenuEntry("pages.obligation_map", N_("Obligations"), {}),
            MenuEntry("pages.signal_list", N_("Signals"), {}),
            MenuEntry("pages.signature_list", N_("Signatures"), {}),
        ]
    if asks.may("cases") and _has_cases():
        found.append(MenuEntry("pages.case_list", N_("Cases"), {}))
    if asks.may("organ", "verify"):
        found.append(MenuEntry("pages.entry_list", N_("Entries"), {"kind": "duty"}))
    if asks.may("organ", "evidence"):
        found.append(MenuEntry("pages.search_page", N_("Search"), {}))
    return found


def _several() -> bool:
    with suppress(ZerenError):
        return len(organs().organs) > 1
    return False


def _has_cases() -> bool:
    with suppress(ZerenError):
        return "case" in reading().ledgers
    return False


def organ_shown() -> str:
    """What the organ of this page is called, where there are several."""
    with suppress(ZerenError):
        named = organ_named()
        return named.title or named.name if named is not None else ""
    return ""
