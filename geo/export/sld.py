"""The style of a table for servers (SLD 1.1, Symbology Encoding): the same colours, shapes and rules."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from geo.content import style
from geo.export.qml import looks_of
from geo.export.section import COMMUNES_TABLE, NEIGHBOURS, Section
from geo.export.symbols import BEYOND, FAINT, INK, LAND, LOOKS, PAPER, Look

_SE = "http://www.opengis.net/se"
_SLD = "http://www.opengis.net/sld"
_OGC = "http://www.opengis.net/ogc"
_MARKS = {
    "rond": ("circle", 0),
    "carre": ("square", 0),
    "losange": ("square", 45),
    "hexagone": ("hexagon", 0),
    "triangle": ("triangle", 0),
    "ecu": ("pentagon", 180),
}
"""Shapes that every server knows, the nearest to ours, and their turn in degrees."""


def sld_of(section: Section) -> ET.Element:
    """Return the style of a table of shapes."""
    ET.register_namespace("se", _SE)
    ET.register_namespace("sld", _SLD)
    ET.register_namespace("ogc", _OGC)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": "1.1.0"})
    named = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    _add(named, "Name", section.name)
    user = ET.SubElement(named, f"{{{_SLD}}}UserStyle")
    _add(user, "Name", "ERBM")
    types = _add(user, "FeatureTypeStyle")
    if section.layer is None or section.part == "territoires":
        rule = _add(types, "Rule")
        _add(rule, "Name", section.titre)
        _paint(rule, section, "exacte")
        return root
    for look in looks_of(section):
        rule = _add(types, "Rule")
        _add(rule, "Name", LOOKS[look][0])
        _add_filter(rule, look)
        _paint(rule, section, look)
    return root


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, f"{{{_SE}}}{tag}", attributes)
    found.text = text
    return found


def _add_filter(rule: ET.Element, look: Look) -> None:
    precisions = LOOKS[look][1]
    both = ET.SubElement(ET.SubElement(rule, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}And")
    _add_equal(both, "inventaire", "false" if precisions else "true")
    place = ET.SubElement(both, f"{{{_OGC}}}Or")
    for precision in precisions or ("exacte", "adresse", "commune", "indicative"):
        _add_equal(place, "precision", precision)


def _add_equal(parent: ET.Element, name: str, value: str) -> None:
    equal = ET.SubElement(parent, f"{{{_OGC}}}PropertyIsEqualTo")
    ET.SubElement(equal, f"{{{_OGC}}}PropertyName").text = name
    ET.SubElement(equal, f"{{{_OGC}}}Literal").text = value


def _paint(rule: ET.Element, section: Section, look: Look) -> None:
    if "Point" in section.shape:
        _paint_point(rule, section, look)
    elif "Line" in section.shape:
        line = _add(rule, "LineSymbolizer")
        colour, width, dash, _ = _looks(section, look)
        _stroke(line, colour, width, dash)
    else:
        area = _add(rule, "PolygonSymbolizer")
        colour, width, dash, (ground, opacity) = _looks(section, look)
        if opacity:
            fill = _add(area, "Fill")
            _add(fill, "SvgParameter", ground, name="fill")
            _add(fill, "SvgParameter", f"{opacity:g}", name="fill-opacity")
        _stroke(area, colour, width, dash)


def _looks(section: Section, look: Look) -> tuple[str, float, str, tuple[str, float]]:
    """Return the colour, width and dashes of the lines of a table, and the fill of its areas."""
    if section.layer is None:
        grounds = {
            COMMUNES_TABLE: (FAINT, 0.7, "", (LAND, 1.0)),
            NEIGHBOURS: (FAINT, 0.8, "", (BEYOND, 1.0)),
        }
        return grounds.get(section.name, (INK, 2.0, "", (LAND, 0.0)))
    drawn, colour = section.layer.symbole, style.colour(section.layer)
    if section.part == "territoires":
        return section.layer.axe.couleur_texte, 2.5, "6 4", (colour, 0.06)
    dash = drawn.tirets or ("6 3" if look == "indicative" else "")
    return colour, drawn.epaisseur, dash, (colour, drawn.remplissage)


def _stroke(parent: ET.Element, colour: str, width: float, dash: str) -> None:
    stroke = _add(parent, "Stroke")
    _add(stroke, "SvgParameter", colour, name="stroke")
    _add(stroke, "SvgParameter", f"{width:g}", name="stroke-width")
    _add(stroke, "SvgParameter", "round", name="stroke-linejoin")
    if dash:
        _add(stroke, "SvgParameter", dash, name="stroke-dasharray")


def _paint_point(rule: ET.Element, section: Section, look: Look) -> None:
    if section.layer is None:
        return
    colour = style.colour(section.layer)
    sure = look in ("exacte", "releve")
    name, turn = _MARKS[section.layer.symbole.forme]
    graphic = _add(_add(rule, "PointSymbolizer"), "Graphic")
    mark = _add(graphic, "Mark")
    _add(mark, "WellKnownName", name)
    _add(_add(mark, "Fill"), "SvgParameter", colour if sure else PAPER, name="fill")
    _stroke(mark, PAPER if sure else colour, 1 if sure else 2, "3 2" if look == "indicative" else "")
    _add(graphic, "Size", "7" if look == "releve" else "16")
    if turn:
        _add(graphic, "Rotation", str(turn))
