"""From what is read, embedded facts or files and services, to one clean frame in the features' schema."""

from geo.ingest.facts import COLUMNS, NEAR_M, PRECISIONS, STATUSES, covered, load, validate

__all__ = ["COLUMNS", "NEAR_M", "PRECISIONS", "STATUSES", "covered", "load", "validate"]
