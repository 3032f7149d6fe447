"""The data of an EPCI as a workbook: what it explains, what it sums up, its statistics, its layers."""

from geo.export.workbook.writing import write_workbook

__all__ = ["write_workbook"]
