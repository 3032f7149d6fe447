"""Files and pages fetched from the web, whole or not at all."""

from geo.sources.web.answers import UnexpectedError
from geo.sources.web.client import Web
from geo.sources.web.model import Got, Limits, Unchanged
from geo.sources.web.urls import shown

__all__ = ["Got", "Limits", "Unchanged", "UnexpectedError", "Web", "shown"]
