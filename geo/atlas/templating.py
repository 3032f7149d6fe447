"""The templates of the pages: every value is escaped unless a template says it is ours."""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("geo.atlas"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def render(name: str, **values: object) -> str:
    """Return a template of ``geo/atlas/templates`` filled in, values escaped."""
    return _environment().get_template(name).render(**values)
