"""The command line, ``erbm``: it parses, calls, prints."""

from geo.cli.app import main

__all__ = ["main"]
