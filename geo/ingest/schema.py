"""What a layer wants of the rows that come to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.catalog import Field
from geo.errors import UsageError
from geo.territories.naming import closest

KINDS = ("point", "ligne", "polygone")
"""Kinds of geometry, by dimension: 0, 1, 2."""

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Schema:
    """What is wanted of a source: fields, key, kinds of geometry, plausible values.

    Parameters
    ----------
    couche, titre : str
        Id and title of the layer.
    champs : tuple of Field
        The fields wanted, under the names that they have in the layer.
    cle : tuple of str
        Fields of the layer that together make the natural key; empty if none is known.
    correspondance : mapping of str to str
        Field of the layer to published field; decides over any proposal. An empty published
        field leaves the field of the layer without value.
    geometries : tuple of str
        Kinds accepted, of `KINDS`; empty for all.
    bornes : mapping of str to (float or None, float or None)
        Plausible range of numeric fields, in their units; None where there is no bound.
    standard : str
        ``cnig-friches``, ``bnac``, or nothing.
    x, y : str
        Published columns of the coordinates, if the definition or the user names them. The same
        column twice holds both, as one text.
    crs : str
        The CRS that the user, or the definition, says the coordinates are in: it decides over
        what the file declares.
    reunit : bool
        Whether the layer puts together what is told several times (`geo.ingest.merging`): a
        shape told twice is then kept twice, each with its own identifiers.

    Raises
    ------
    UsageError
        If the key, the ranges or the correspondence name a field that is not among `champs`.
    """

    couche: str
    titre: str
    champs: tuple[Field, ...]
    cle: tuple[str, ...] = ()
    correspondance: Mapping[str, str] = field(default_factory=dict)
    geometries: tuple[str, ...] = ()
    bornes: Mapping[str, Bounds] = field(default_factory=dict)
    standard: str = ""
    x: str = ""
    y: str = ""
    crs: str = ""
    reunit: bool = False

    def __post_init__(self) -> None:
        """Refuse what names an unknown field or kind."""
        names = {f.nom: (f.nom, f.libelle) for f in self.champs}
        for asked in (*self.cle, *self.bornes, *self.correspondance):
            if asked not in names:
                near = ", ".join(closest(asked, names)) or "la couche n'a aucun champ"
                raise UsageError(
                    f"« {asked} » n'est pas un champ de la couche {self.couche}",
                    advice=f"Les plus proches : {near}.",
                )
        for kind in self.geometries:
            if kind not in KINDS:
                raise UsageError(f"géométrie {kind!r} inconnue", advice=f"Attendu : {', '.join(KINDS)}.")
        if bool(self.x) != bool(self.y):
            raise UsageError(
                "une seule des deux coordonnées est donnée", advice="Donnez les deux colonnes, x et y."
            )
