"""Names that communes had: renamed, merged into another, or associated with it (INSEE)."""

from __future__ import annotations

from functools import cache

from geo.sources.embedded import layers_dir, read_toml

FILE = "anciens-noms.toml"


@cache
def old_names() -> dict[str, tuple[str, ...]]:
    """Return the old names of communes, and the codes of those that are no more, by INSEE code.

    Returns
    -------
    dict of str to tuple of str
        Empty where the layers in use tell none.

    Raises
    ------
    DataError
        If the file is damaged.

    Examples
    --------
    >>> old_names()["62178"]
    ('Bruay-en-Artois', 'Labuissière', '62482')
    """
    path = layers_dir() / "territoires" / FILE
    if not path.exists():
        return {}
    found: dict[str, list[str]] = {}
    for row in read_toml(path)["ancien"]:
        found.setdefault(row["insee"], []).append(row["nom"])
        if "ancien_insee" in row:
            found[row["insee"]].append(row["ancien_insee"])
    return {insee: tuple(names) for insee, names in found.items()}
