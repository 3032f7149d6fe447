"""What a user brings, or a service sent: files that are opened with care, whatever they hold."""

from geo.sources.files.area import read_area

__all__ = ["read_area"]
