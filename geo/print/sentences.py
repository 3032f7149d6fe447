"""What figures say, in sentences; and what is late, unfunded or unknown: for the fiche and the slides alike.

Each figure stands as `geo.content.Stat` writes it, with its qualifier and its unit; each sentence says
nothing that the figures do not bear, and no state as of today: facts hold at the date of their source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from geo import text
from geo.catalog import Axis, Layer
from geo.content import Content, Dossier, Stat
from geo.content.style import STATUS_COLOURS

_SEMICOLON = f"{text.NNBSP};"
_STATES = {
    "étude": ("à l’étude", "à l’étude"),
    "projet": ("en projet", "en projet"),
    "travaux": ("en travaux", "en travaux"),
    "livré": ("livré", "livrés"),
    "en service": ("en service", "en service"),
    "abandonné": ("abandonné", "abandonnés"),
}
"""How one element is, and how several are."""


def of_territory(dossier: Dossier) -> list[str]:
    """Return two or three sentences on the whole of a territory."""
    return list(_sentences(dossier, "toutes", "de l’Engagement", dossier.progress()))


def of_axis(dossier: Dossier, axis: Axis) -> list[str]:
    """Return two or three sentences on an axis in a territory."""
    found = list(_sentences(dossier, f"axe-{axis.id}", "de cet axe", dossier.progress(axis)))
    if (f"axe-{axis.id}", "nombre") in dossier.stats:
        return found
    return [*_without_elements(dossier, axis), *found]


def state(status: str, count: float = 1) -> str:
    """Return how elements of a status are: ``livrés``; a status of others is said as it is."""
    one, many = _STATES.get(status, (status, status))
    return one if count < 2 else many


def de(words: str) -> str:
    """Return ``de`` before words, elided before a vowel: ``d’environ 12 M€``, ``de 12 M€``."""
    return f"d’{words}" if text.fold(words)[:1] in set("aeiouy") else f"de {words}"


def enumeration(parts: Sequence[str]) -> str:
    """Return parts as they are listed: ``a, b et c``."""
    return " et ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _sentences(dossier: Dossier, group: str, what: str, progress: Mapping[str, int]) -> Iterator[str]:
    count = dossier.stats.get((group, "nombre"))
    if count is not None:
        yield _count(count, group, what, dossier)
        yield _progress(progress)
    if group != "toutes":
        yield _amounts(dossier, group)


def _count(count: Stat, group: str, what: str, dossier: Dossier) -> str:
    """Tell how many there are, how many of them have a place, and of how many in all the territories.

    The map that stands beside what is told of the whole has no symbols: a place is not said to be on it.
    """
    located = dossier.stats.get((group, "nombre_localise"))
    rank = f" ({count.rank})" if count.rank else ""
    where = " sur la carte" if group != "toutes" else ""
    told = _located(count, located, where)
    head = f"Le territoire compte {_elements(count)} {what}{rank}{told}"
    whole = dossier.whole.get((group, "nombre"))
    if whole is None or len(dossier.content.basin.epci) < 2:
        return f"{head}."
    return f"{head}{_SEMICOLON} {_everywhere(dossier.content)} en compte {whole.text}."


def _elements(count: Stat) -> str:
    return f"{count.text}{text.NBSP}{'élément' if count.value < 2 else 'éléments'}"


def _located(count: Stat, located: Stat | None, where: str) -> str:
    if located is None:
        lone = f", qui n’est pas localisé{where}"
        return lone if count.value < 2 else f", dont aucun n’est localisé{where}"
    if located.value == count.value:
        return f", localisé{where}" if count.value < 2 else f", tous localisés{where}"
    return f", dont {located.text} {'localisé' if located.value < 2 else 'localisés'}{where}"


def _everywhere(content: Content) -> str:
    return "le bassin" if content.basin is content.home else "l’ensemble des territoires"


def _progress(counts: Mapping[str, int]) -> str:
    """Tell in which state elements are, at the date of their source."""
    known = sorted((status for status in counts if status), key=_life)
    unknown = counts.get("", 0)
    lone = sum(counts.values()) == 1
    if not known:
        return f"Les données ne disent pas où {'il en est' if lone else 'ils en sont'}."
    if lone:
        return f"À la date de sa source, il est {state(known[0])}."
    if len(known) == 1 and not unknown:
        return f"À la date de leur source, tous sont {state(known[0], 2)}."
    told = enumeration(list(_states(known, counts)))
    rest = {0: "", 1: f"{_SEMICOLON} l’état d’un autre n’est pas dit"}
    more = f"{_SEMICOLON} l’état de {text.number(unknown)}{text.NBSP}autres n’est pas dit"
    return f"À la date de leur source, {told}{rest.get(unknown, more)}."


def _states(known: Sequence[str], counts: Mapping[str, int]) -> Iterator[str]:
    """Yield ``9 sont livrés``; the verb is said again where its number changes."""
    before = ""
    for status in known:
        count = counts[status]
        verb = "est" if count < 2 else "sont"
        words = [verb] if verb != before else []
        yield f"{text.number(count)}{text.NBSP}{' '.join([*words, state(status, count)])}"
        before = verb


def _life(status: str) -> tuple[int, str]:
    """Return where a status stands in the life of a project; those of others come last."""
    order = list(STATUS_COLOURS)
    return (order.index(status) if status in order else len(order), status)


def _amounts(dossier: Dossier, group: str) -> str:
    own = dossier.stats.get((group, "montant_eur"))
    shared = dossier.unshared.get((group, "montant_eur"))
    rank = f" ({own.rank})" if own is not None and own.rank else ""
    head = f"Le montant attribué au territoire {_reaches(own)}{rank}" if own is not None else (
        "Aucun montant n’est attribué au territoire"
    )  # fmt: skip
    if shared is None:
        return f"{head}."
    where = f"dans {_everywhere(dossier.content)}"
    which = "celui qui est donné" if own is not None else "le montant donné"
    rest = f"{where}, {which} pour plusieurs territoires ensemble, sans répartition, {_reaches(shared)}"
    return f"{head}{_SEMICOLON} {rest}."


def _reaches(stat: Stat) -> str:
    """Return ``est d’environ 12 M€``; a bound from above is no value."""
    if stat.text.startswith("jusqu"):
        return f"va {stat.text}"
    return f"est {de(stat.text)}"


def _without_elements(dossier: Dossier, axis: Axis) -> Iterator[str]:
    """Tell that nothing of the territory is of an axis, and what its inventories and wider measures hold."""
    yield "Aucun élément du territoire n’est compté dans cet axe."
    shown = dossier.axis_layers(axis)
    records = [_quoted(layer, dossier) for layer in shown if (layer.id, "nombre") in dossier.stats]
    wider = (dossier.overall["axe"] == axis.id).any()
    more = [f"les inventaires de cet axe y montrent {enumeration(records)}"] if records else []
    more += ["des mesures d’un territoire plus large le couvrent, sans lui être attribuées"] if wider else []
    if more:
        told = f"{_SEMICOLON} ".join(more)
        yield f"{told[0].upper()}{told[1:]}."


def _quoted(layer: Layer, dossier: Dossier) -> str:
    count = dossier.stats[layer.id, "nombre"]
    return f"«{text.NBSP}{layer.titre}{text.NBSP}» ({_elements(count)})"
