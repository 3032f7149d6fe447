"""Names of the communes out of the basin that facts name too (INSEE)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from geo.sources.embedded import layers_dir, read_toml

FILE = "hors-bassin.toml"


@cache
def names_beyond() -> Mapping[str, str]:
    """Return the names by INSEE code.

    Returns
    -------
    mapping of str to str
        Empty where the layers in use tell none.

    Raises
    ------
    DataError
        If the file is damaged.

    Examples
    --------
    >>> names_beyond()["59350"]
    'Lille'
    """
    path = layers_dir() / "territoires" / FILE
    names: Mapping[str, str] = read_toml(path)["noms"] if path.exists() else {}
    return names
