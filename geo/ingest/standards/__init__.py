"""The national standards that open data of this field follows, and whether rows conform to them."""

from geo.errors import UsageError
from geo.ingest.standards.checking import Conformity, Fault, check
from geo.ingest.standards.cyclable import BNAC
from geo.ingest.standards.friches import CNIG_FRICHES
from geo.ingest.standards.rules import Cross, Rule, Standard

STANDARDS = {known.id: known for known in (CNIG_FRICHES, BNAC)}
"""The standards known, by id."""


def standard_of(asked: str) -> Standard:
    """Return a standard by its id; UsageError lists those that are known."""
    if asked in STANDARDS:
        return STANDARDS[asked]
    known = ", ".join(f"{s.id} ({s.titre})" for s in STANDARDS.values())
    raise UsageError(f"« {asked} » n'est pas un standard connu", advice=f"Ceux qui le sont : {known}.")


__all__ = [
    "BNAC",
    "CNIG_FRICHES",
    "STANDARDS",
    "Conformity",
    "Cross",
    "Fault",
    "Rule",
    "Standard",
    "check",
    "standard_of",
]
