"""Find a territory by a code, its official name, or how people say it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from geo.errors import UsageError
from geo.territories.model import Commune, Epci, Territories
from geo.text import fold

_EMPTY_WORDS = frozenset({
    "ca", "cc", "cu", "cad", "communaute", "communautes", "agglomeration", "agglo", "communes",
    "commune", "urbaine", "de", "du", "des", "d", "la", "le", "les", "l", "et", "metropole",
})  # fmt: skip


SHORTEST = 2
"""Letters that a part of a name must have to stand for the whole."""


def words(name: str) -> frozenset[str]:
    """Return the telling words of a name, folded.

    >>> sorted(words("Communauté d'agglomération d'Hénin-Carvin"))
    ['carvin', 'henin']
    """
    every = frozenset("saint" if w == "st" else "sainte" if w == "ste" else w for w in fold(name).split())
    return every - _EMPTY_WORDS or every


def match(asked: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the codes whose name is meant by `asked`, best rule first.

    The rules, the first that finds something wins: the code itself; one of the names,
    folded; the same telling words; the telling words are among those of a name.

    Parameters
    ----------
    asked : str
        What the user typed.
    names : mapping of str to sequence of str
        Code to its names and aliases.
    """
    key = fold(asked)
    wanted = words(asked)
    if asked.strip() in names:
        return [asked.strip()]
    exact = [code for code, all_ in names.items() if any(fold(n) == key for n in all_)]
    if exact or not key:
        return exact
    same = [code for code, all_ in names.items() if any(words(n) == wanted for n in all_)]
    if same:
        return same
    if len(key) < SHORTEST:
        return []
    return [code for code, all_ in names.items() if any(wanted <= words(n) for n in all_)]


def _telling(name: str) -> str:
    """Return the telling words of a name in their order: not those of its legal form."""
    return " ".join(word for word in fold(name).split() if word not in _EMPTY_WORDS)


def _ratio(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first, second).ratio()


def closest(asked: str, names: Mapping[str, Sequence[str]], most: int = 3) -> list[str]:
    """Return the codes whose names look most like `asked`, the nearest first."""
    key, telling = fold(asked), _telling(asked)

    def likeness(name: str) -> float:
        whole = max(_ratio(key, fold(name)), _ratio(telling, _telling(name)))
        return max(whole, 0.95 * max((_ratio(key, word) for word in fold(name).split()), default=0.0))

    scores = {code: max(likeness(n) for n in all_) for code, all_ in names.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    return [code for code in ranked[:most] if scores[code] > 0.3] or ranked[:most]


def epci_names(epci: Mapping[str, Epci]) -> dict[str, tuple[str, ...]]:
    """Return every name that an EPCI answers to, by SIREN."""
    return {code: (e.nom, e.nom_court, e.slug, *e.alias) for code, e in epci.items()}


def find_epci(territories: Territories, asked: str) -> Epci:
    """Return the EPCI that a user means.

    Parameters
    ----------
    territories : Territories
        Where to look.
    asked : str
        A SIREN code, an official name, an acronym, or a part of the name that is in no
        other: "Lens-Liévin", "calL", "hénin carvin", "Douaisis".

    Raises
    ------
    UsageError
        If nothing or several answer; the message lists the closest.

    Examples
    --------
    >>> from geo.territories import load
    >>> find_epci(load(), "calL").nom
    'CA de Lens-Liévin'
    """
    names = epci_names(territories.epci)
    found = match(asked, names)
    if len(found) == 1:
        return territories.epci[found[0]]
    raise unknown_epci(asked, found or closest(asked, names), names, territories, ambiguous=bool(found))


def unknown_epci(
    asked: str,
    candidates: Sequence[str],
    names: Mapping[str, Sequence[str]],
    territories: Territories,
    *,
    ambiguous: bool,
) -> UsageError:
    """Return the error for a name that no EPCI, or several, answer to."""
    listed = " ; ".join(f"{names[c][0]} ({c})" for c in candidates)
    commune = [c for c in territories.communes.values() if fold(c.nom) == fold(asked)]
    hint = ""
    if commune and not ambiguous:
        owner = territories.epci[commune[0].siren]
        hint = f" « {commune[0].nom} » est une commune de {owner.nom} : utilisez --commune."
    if ambiguous:
        return UsageError(f"« {asked} » désigne plusieurs EPCI", advice=f"Précisez : {listed}.")
    return UsageError(f"EPCI inconnu : « {asked} »", advice=f"Les plus proches : {listed}.{hint}")


def find_commune(territories: Territories, asked: str) -> Commune:
    """Return the commune that a user means, by INSEE code or name.

    Raises
    ------
    UsageError
        If nothing or several answer; the message lists the closest.
    """
    names = {code: (c.nom,) for code, c in territories.communes.items()}
    found = match(asked, names)
    if len(found) == 1:
        return territories.communes[found[0]]
    candidates = found or closest(asked, names)
    listed = " ; ".join(f"{names[c][0]} ({c})" for c in candidates[:8])
    if found:
        raise UsageError(f"« {asked} » désigne plusieurs communes", advice=f"Précisez : {listed}.")
    raise UsageError(f"commune inconnue : « {asked} »", advice=f"Les plus proches : {listed}.")
