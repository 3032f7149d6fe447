"""The symbols of the atlas as QGIS writes them: markers that hold their own picture, lines, fills.

A marker is an SVG that stands inside the style itself, so that no file can be missing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Literal
from xml.etree import ElementTree as ET

from geo.catalog import Layer
from geo.content import assets, style

Kind = Literal["marker", "line", "fill"]
Look = Literal["exacte", "commune", "indicative", "releve"]
"""How a feature is drawn, by how well its place is known: filled, white, or white and dashed; a record
of an inventory is small."""

LOOKS: Mapping[Look, tuple[str, tuple[str, ...]]] = {
    "exacte": ("position exacte ou à l’adresse", ("exacte", "adresse")),
    "commune": ("située à la commune", ("commune",)),
    "indicative": ("position ou tracé indicatif", ("indicative",)),
    "releve": ("élément d’un inventaire", ()),
}
"""What a legend says of each, and the precisions of the measures that it stands for."""

PAPER, LAND, BEYOND, OUTSIDE = "#fffdf9", "#fffdf9", "#f8f5ee", "#f3efe6"
INK, FAINT, SOFT = "#23272d", "#b9b1a2", "#4d5258"
PX = 25.4 / 96
"""Millimetres of a pixel of the pages."""

_HALO = 1.7
_BOX = 24 + 2 * _HALO

SYMBOL_MM = 5.5
DOT_MM = 2.2
NEAR = 40_000
"""Scale from which a record has its pictogram."""
LARGE_MM = 6.9
"""Side on the map from which an area needs no symbol."""


def written(root: ET.Element) -> str:
    """Return an element as text."""
    return ET.tostring(root, encoding="unicode")


def child(parent: ET.Element, tag: str, **attributes: object) -> ET.Element:
    """Add an element; what is no text is written as QGIS does."""
    told = {key: str(int(v)) if isinstance(v, bool) else str(v) for key, v in attributes.items()}
    return ET.SubElement(parent, tag, told)


def picture(layer: Layer, look: Look = "exacte", *, pictogram: bool = True) -> str:
    """Return the SVG of the symbol of a layer, as the path that QGIS takes for a picture: ``base64:...``."""
    main = style.colour(layer)
    sure = look in ("exacte", "releve")
    shape = style.SHAPES[layer.symbole.forme]
    box = {"viewBox": f"{-_HALO} {-_HALO} {_BOX} {_BOX}", "width": f"{_BOX}", "height": f"{_BOX}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **box})
    joined = {"stroke-linejoin": "round", "d": shape.path}
    halo = {"fill": PAPER, "stroke": PAPER, "stroke-width": "3.4"}
    ET.SubElement(root, "path", {**joined, **halo})
    dashed = {"stroke-dasharray": "3.4 2.2"} if look == "indicative" else {}
    outline = {"stroke": main, "stroke-width": "1.2" if sure else "2", **dashed}
    ET.SubElement(root, "path", {**joined, "fill": main if sure else PAPER, **outline})
    if pictogram:
        ET.SubElement(
            root,
            "path",
            {
                "transform": f"translate({shape.left} {shape.top}) scale({shape.scale})",
                "d": assets.icon(layer.symbole.pictogramme),
                "fill": "#ffffff" if sure else layer.axe.couleur_texte,
            },
        )
    return f"base64:{base64.b64encode(ET.tostring(root)).decode('ascii')}"


def symbol(kind: Kind, name: str) -> ET.Element:
    """Return a symbol without layers."""
    attributes = {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return ET.Element("symbol", attributes)


def add_layer(
    parent: ET.Element, kind: str, props: Mapping[str, object], moving: Mapping[str, str] | None = None
) -> ET.Element:
    """Add a symbol layer.

    Parameters
    ----------
    parent : xml.etree.ElementTree.Element
        The symbol.
    kind : str
        Class of the layer, as QGIS calls it.
    props : mapping
        Its properties.
    moving : mapping, optional
        Properties that an expression gives for each feature.
    """
    layer = ET.SubElement(parent, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options(layer, props)
    defined(layer, "data_defined_properties", moving or {})
    return layer


def options(parent: ET.Element, props: Mapping[str, object]) -> None:
    """Add properties in the form that QGIS 3.22 and later read."""
    found = ET.SubElement(parent, "Option", {"type": "Map"})
    for key, value in props.items():
        ET.SubElement(found, "Option", {"type": "QString", "name": key, "value": str(value)})


def defined(parent: ET.Element, tag: str, moving: Mapping[str, str]) -> None:
    """Add the properties that expressions give."""
    found = ET.SubElement(ET.SubElement(parent, tag), "Option", {"type": "Map"})
    ET.SubElement(found, "Option", {"type": "QString", "name": "name", "value": ""})
    listed = ET.SubElement(found, "Option", {"type": "Map", "name": "properties"})
    for key, expression in moving.items():
        one = ET.SubElement(listed, "Option", {"type": "Map", "name": key})
        ET.SubElement(one, "Option", {"type": "bool", "name": "active", "value": "true"})
        ET.SubElement(one, "Option", {"type": "QString", "name": "expression", "value": expression})
        ET.SubElement(one, "Option", {"type": "int", "name": "type", "value": "3"})
    ET.SubElement(found, "Option", {"type": "QString", "name": "type", "value": "collection"})


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it: red, green, blue and opacity, 0 to 255."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(map(str, [*parts, round(255 * opacity)]))


def add_marker(parent: ET.Element, layer: Layer, look: Look, *, shifted: bool = False) -> None:
    """Add the symbol of a layer; that of a record is small and plain on a small scale."""
    scale = "@map_scale"
    moving = {
        "size": f"CASE WHEN {scale} > 300000 THEN 3.6 WHEN {scale} > 30000 THEN {SYMBOL_MM} ELSE 6.6 END"
    }
    record = look == "releve"
    if record:
        far = picture(layer, pictogram=False)
        near = picture(layer, look)
        moving = {
            "size": f"CASE WHEN @map_scale > {NEAR} THEN {DOT_MM} ELSE 4.8 END",
            "name": f"CASE WHEN @map_scale > {NEAR} THEN '{far}' ELSE '{near}' END",
        }
    elif shifted:
        moving["offset"] = "coalesce(\"decalage\", '0,0')"
    props = {
        "name": picture(layer, look),
        "size": 4.8 if record else SYMBOL_MM,
        "size_unit": "MM",
        "offset": "0,0",
        "offset_unit": "MM",
        "color": rgba(style.colour(layer)),
        "outline_color": rgba(PAPER),
        "angle": 0,
        "fixedAspectRatio": 0,
        "horizontal_anchor_point": 1,
        "vertical_anchor_point": 1,
        "scale_method": "diameter",
    }
    add_layer(parent, "SvgMarker", props, moving)


def add_line(
    parent: ET.Element, colour: str, width_px: float, dash_px: str = "", opacity: float = 1.0
) -> None:
    """Add a line; width and dashes are in pixels of the pages."""
    dashes = [float(part) * PX for part in dash_px.replace(",", " ").split()]
    props = {
        "line_color": rgba(colour, opacity),
        "line_width": f"{width_px * PX:.3f}",
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": "flat" if dashes else "round",
        "joinstyle": "round",
        "use_custom_dash": int(bool(dashes)),
        "customdash": ";".join(f"{dash:.3f}" for dash in dashes) or "5;2",
        "customdash_unit": "MM",
    }
    add_layer(parent, "SimpleLine", props)


def add_fill(parent: ET.Element, colour: str, opacity: float, hatch: str) -> None:
    """Add a ground of a colour, and the hatch that tells it apart without colour."""
    ground = {"color": rgba(colour, opacity), "style": "solid" if opacity else "no", "outline_style": "no"}
    add_layer(parent, "SimpleFill", ground)
    cell = 8 * PX
    if hatch == "hachures":
        _add_strokes(parent, colour, 45, cell / 2**0.5)
    elif hatch == "quadrillage":
        _add_strokes(parent, colour, 0, cell)
        _add_strokes(parent, colour, 90, cell)
    elif hatch:
        _add_grains(parent, colour, hatch, cell)


def _add_strokes(parent: ET.Element, colour: str, angle: int, distance: float) -> None:
    props = {"angle": angle, "distance": f"{distance:.3f}", "distance_unit": "MM", "color": rgba(colour, 0.6)}
    layer = add_layer(parent, "LinePatternFill", props)
    lines = symbol("line", f"@{parent.get('name')}@{len(parent) - 1}")
    add_line(lines, colour, 1, opacity=0.6)
    layer.append(lines)


def _add_grains(parent: ET.Element, colour: str, hatch: str, cell: float) -> None:
    told = {"distance_x": f"{cell:.3f}", "distance_y": f"{cell:.3f}"}
    units = {"distance_x_unit": "MM", "distance_y_unit": "MM"}
    layer = add_layer(parent, "PointPatternFill", {**told, **units})
    grains = symbol("marker", f"@{parent.get('name')}@{len(parent) - 1}")
    dots = hatch == "points"
    props = {
        "name": "circle" if dots else "cross",
        "size": f"{(2.2 if dots else 5) * PX:.3f}",
        "size_unit": "MM",
        "color": rgba(colour, 0.6),
        "outline_color": rgba(colour, 0.6),
        "outline_style": "no" if dots else "solid",
        "outline_width": f"{PX:.3f}",
        "outline_width_unit": "MM",
    }
    add_layer(grains, "SimpleMarker", props)
    layer.append(grains)


def add_centre(parent: ET.Element, layer: Layer, look: Look) -> None:
    """Add to an area the symbol of its layer, for as long as the area is small on the map."""
    side = "max(bounds_width($geometry), bounds_height($geometry))"
    moving = {"enabled": f"{side} / @map_scale * 1000 < {LARGE_MM}"}
    props = {"point_on_surface": 1, "point_on_all_parts": 0, "clip_points": 0}
    centre = add_layer(parent, "CentroidFill", props, moving)
    marker = symbol("marker", f"@{parent.get('name')}@{len(parent) - 1}")
    add_marker(marker, layer, look)
    centre.append(marker)
