"""Find a territory by a code, its official name, or how people say it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from geo.errors import UsageError
from geo.territories.model import Commune, Epci, Territories
from geo.territories.old_names import old_names
from geo.text import fold

_EMPTY_WORDS = frozenset({
    "ca", "cc", "cu", "cad", "communaute", "communautes", "agglomeration", "agglo", "communes",
    "commune", "urbaine", "de", "du", "des", "d", "la", "le", "les", "lez", "l", "et", "metropole",
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
    folded; the same telling words; the same letters; the telling words are among those of a name.

    Parameters
    ----------
    asked : str
        What the user typed.
    names : mapping of str to sequence of str
        Code to its names and aliases.
    """
    return named(asked, names) or partly_named(asked, names)


def named(asked: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the codes that have this whole name, whatever its accents, dashes and articles."""
    key, wanted = fold(asked), words(asked)
    if asked.strip() in names:
        return [asked.strip()]
    exact = [code for code, all_ in names.items() if any(fold(n) == key for n in all_)]
    if exact or not key:
        return exact
    same = [code for code, all_ in names.items() if any(words(n) == wanted for n in all_)]
    if same:
        return same
    letters = key.replace(" ", "")
    return [code for code, all_ in names.items() if any(fold(n).replace(" ", "") == letters for n in all_)]


def partly_named(asked: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the codes one of whose names has all the telling words of `asked`."""
    wanted = words(asked)
    if len(fold(asked)) < SHORTEST:
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
        return max(whole, 0.95 * max((_ratio(key, word) for word in _telling(name).split()), default=0.0))

    scores = {code: max(likeness(n) for n in all_) for code, all_ in names.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    return ranked[:most]


def singular(name: str) -> str:
    """Return the words of a name, folded and without the mark of the plural.

    >>> singular("Cités minières"), singular("Hôpitaux")
    ('cite miniere', 'hopital')
    """
    words_ = (re.sub(r"aux$", "al", word) for word in fold(name).split())
    return " ".join(re.sub(r"(?<=..)[sx]$", "", word) for word in words_)


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
    """Return the error for a name that no EPCI, or several, answer to; those of `territories` first."""
    if not ambiguous:
        own = [code for code in candidates if code in territories.epci]
        others = [code for code in candidates if code not in territories.epci][:1]
        candidates = [*own[: 3 - len(others)], *others]
    listed = " ; ".join(f"{names[c][0]} ({c})" for c in candidates)
    found = named(asked, commune_names(territories)) or named(asked, _old_names_in(territories))
    hint = ""
    if found and not ambiguous:
        commune = territories.communes[found[0]]
        owner = territories.epci[commune.siren]
        hint = f" « {commune.nom} » est une commune de {owner.nom} : utilisez --commune."
    if ambiguous:
        return UsageError(f"« {asked} » désigne plusieurs EPCI", advice=f"Précisez : {listed}.")
    return UsageError(f"EPCI inconnu : « {asked} »", advice=f"Les plus proches : {listed}.{hint}")


def commune_names(territories: Territories) -> dict[str, tuple[str, ...]]:
    """Return the names of the communes, by INSEE code."""
    return {code: (commune.nom,) for code, commune in territories.communes.items()}


def _old_names_in(territories: Territories) -> dict[str, tuple[str, ...]]:
    return {code: names for code, names in old_names().items() if code in territories.communes}


def _whole_commune(territories: Territories, asked: str) -> list[str]:
    """Return the communes that have this whole name, today's before old ones and dead codes."""
    today = named(asked, commune_names(territories))
    return today or named(asked, _old_names_in(territories))


def find_commune(territories: Territories, asked: str) -> Commune:
    """Return the commune that a user means, by INSEE code or name, of today or of old.

    Raises
    ------
    UsageError
        If nothing or several answer; the message lists the closest.

    Examples
    --------
    >>> from geo.territories import load
    >>> find_commune(load(), "Hénin-Liétard").nom
    'Hénin-Beaumont'
    """
    names = commune_names(territories)
    old = _old_names_in(territories)
    found = _whole_commune(territories, asked) or partly_named(asked, names) or partly_named(asked, old)
    if len(found) == 1:
        return territories.communes[found[0]]
    candidates = found or closest(asked, {code: (*names[code], *old.get(code, ())) for code in names})
    listed = " ; ".join(f"{names[c][0]} ({c})" for c in candidates[:8])
    if found:
        raise UsageError(f"« {asked} » désigne plusieurs communes", advice=f"Précisez : {listed}.")
    raise UsageError(f"commune inconnue : « {asked} »", advice=f"Les plus proches : {listed}.")


def find_place(territories: Territories, asked: str) -> Epci | Commune:
    """Return the EPCI or the commune that a user means; a whole name wins over a part of one.

    Parameters
    ----------
    territories : Territories
        Where to look.
    asked : str
        A SIREN or INSEE code, or a name: "CALL", "Lens", "Hénin-Liétard".

    Raises
    ------
    UsageError
        If nothing answers, or several do, such as the EPCI and the commune of Valenciennes.

    Examples
    --------
    >>> from geo.territories import load
    >>> find_place(load(), "Lens").nom, find_place(load(), "Lens-Liévin").nom
    ('Lens', 'CA de Lens-Liévin')
    """
    epci, communes = epci_names(territories.epci), commune_names(territories)
    old = _old_names_in(territories)
    found = [*named(asked, epci), *_whole_commune(territories, asked)]
    found = found or [*partly_named(asked, epci), *partly_named(asked, communes)]
    found = found or partly_named(asked, old)
    if len(found) == 1:
        return territories.epci.get(found[0]) or territories.communes[found[0]]
    names = {**epci, **{code: (*communes[code], *old.get(code, ())) for code in communes}}
    listed = " ; ".join(f"{names[code][0]} ({code})" for code in (found or closest(asked, names))[:8])
    if found:
        raise UsageError(f"« {asked} » désigne plusieurs territoires", advice=f"Précisez : {listed}.")
    raise UsageError(f"territoire inconnu : « {asked} »", advice=f"Les plus proches : {listed}.")
