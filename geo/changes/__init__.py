"""What has changed between two states of the atlas: the first question of every committee."""

from geo.changes.comparing import compare
from geo.changes.model import Change, Changes, Effect, Field

__all__ = ["Change", "Changes", "Effect", "Field", "compare"]
