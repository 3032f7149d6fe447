"""Read-only SQL with spatial functions over the layers and the territories, and nothing else."""

from geo.sql.columns import Column
from geo.sql.engine import LIMITS, Limits, run
from geo.sql.tables import Table, tables

__all__ = ["LIMITS", "Column", "Limits", "Table", "run", "tables"]
