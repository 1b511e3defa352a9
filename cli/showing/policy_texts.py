"""Witness policies as files and as texts for people."""

from pathlib import Path

from ledger.core.policy import Policy, parse_policy, split_authorities
from ledger.core.signers import format_vkey
from ledger.errors import BadInput
from projections.language.catalogue import _


def read_policy_file(path: Path) -> tuple[str, tuple[str, ...]]:
    """(policy text, tsa lines) of a file. Raises BadInput where it cannot be read."""
    try:
        return split_authorities(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None
    except UnicodeDecodeError:
        raise BadInput("{} is not a text in UTF-8", path) from None


def read_policy(path: Path) -> Policy:
    """The policy of a file. Raises BadInput or Malformed."""
    return parse_policy(*read_policy_file(path))


def policy_text(policy: Policy) -> str:
    """What a policy asks for, in one line."""
    if policy.quorum is None:
        return _("no quorum: it confirms nothing")
    groups = {group.name: group for group in policy.groups}

    def said(name: str) -> str:
        group = groups.get(name)
        if group is None:
            return name
        return _("{k} of ({members})").format(k=group.threshold, members=", ".join(map(said, group.members)))

    return said(policy.quorum)


def policy_answer(policy: Policy) -> dict[str, object]:
    """A policy as JSON shows it."""
    return {
        "quorum": policy.quorum,
        "logs": [{"vkey": format_vkey(log.key), "url": log.url} for log in policy.logs],
        "witnesses": [{"name": w.name, "vkey": format_vkey(w.key), "url": w.url} for w in policy.witnesses],
        "groups": [{"name": g.name, "threshold": g.threshold, "members": g.members} for g in policy.groups],
        "tsas": [{"name": a.name, "certificate": a.certificate.hex()} for a in policy.authorities],
    }
