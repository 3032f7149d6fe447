"""The data of the atlas in the formats of others: PostGIS."""

from geo.export.postgis import Exported, export_postgis

__all__ = ["Exported", "export_postgis"]
