"""The slides of a committee: ``comite-<epci>.pptx``, with native titles, tables and charts."""

from geo.print.slides.writing import write_slides

__all__ = ["write_slides"]
