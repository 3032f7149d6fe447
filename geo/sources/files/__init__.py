"""What a user brings, or a service sent: files that are opened with care, whatever they hold."""

from geo.sources.files.area import read_area
from geo.sources.files.limits import LIMITS, Limits
from geo.sources.files.opener import LayerInfo, list_layers, read_layers
from geo.sources.files.single import read_single

__all__ = ["LIMITS", "LayerInfo", "Limits", "list_layers", "read_area", "read_layers", "read_single"]
