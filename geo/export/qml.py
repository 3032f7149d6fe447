"""The style of a table as QGIS reads it (QML): rules by how well places are known, and labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree as ET

from geo.catalog import Layer
from geo.content import style
from geo.export.section import COMMUNES_TABLE, EPCI_TABLE, NEIGHBOURS, SPOT, Section
from geo.export.symbols import (
    BEYOND,
    FAINT,
    INK,
    LAND,
    LOOKS,
    PAPER,
    PX,
    SOFT,
    Kind,
    Look,
    add_centre,
    add_fill,
    add_line,
    add_marker,
    child,
    defined,
    rgba,
    symbol,
)

VERSION = "3.22.0-Białowieża"
"""The oldest QGIS that reads what is written here; later ones read it too."""
LABELS_FROM = 25_000
"""Scale from which the features of layers have their names."""
_FONTS = ("Source Sans 3", "Source Sans Pro", "Open Sans", "Noto Sans", "DejaVu Sans")
_DASH = "6 3"


def style_of(section: Section) -> ET.Element:
    """Return the style of a table of shapes, alone: what a QML file holds."""
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "Symbology|Labeling|Forms"})
    add_style(root, section)
    return root


def add_style(parent: ET.Element, section: Section) -> None:
    """Add to a layer of a project, or to a style, how a table is drawn, labelled and named."""
    parent.append(_renderer(section))
    if section.layer is None:
        _add_ground_labels(parent, section)
    else:
        _add_labels(parent, section, section.layer)
    child(parent, "blendMode").text = "0"
    child(parent, "featureBlendMode").text = "0"
    child(parent, "layerOpacity").text = "1"
    child(parent, "previewExpression").text = '"nom"'


def looks_of(section: Section) -> list[Look]:
    """Return how the features of a table are drawn, the surest first, records at the end."""
    rows = zip(section.values("inventaire"), section.values("precision"), strict=True)
    present = {None if record else precision for record, precision in rows}
    return [look for look, (_, precisions) in LOOKS.items() if present.intersection(precisions or {None})]


def condition(look: Look) -> str:
    """Return the condition of the rule of a look."""
    listed = ", ".join(f"'{name}'" for name in LOOKS[look][1])
    return f'NOT "inventaire" AND "precision" IN ({listed})' if listed else '"inventaire"'


def _renderer(section: Section) -> ET.Element:
    if section.layer is None:
        return _single("fill", lambda area: _paint_ground(area, section))
    layer = section.layer
    if section.part == "territoires":
        return _single("fill", lambda area: _paint_extent(area, layer))
    kind: Kind = "marker" if "Point" in section.shape else "line" if "Line" in section.shape else "fill"
    painters = {"marker": _paint_place, "line": _paint_line, "fill": _paint_area}
    known = looks_of(section)
    if len(known) == 1:
        return _single(kind, lambda one: painters[kind](one, layer, known[0]))
    root = ET.Element("renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"})
    rules = child(root, "rules", key=f"{section.name}")
    symbols = child(root, "symbols")
    for rank, look in enumerate(known):
        key = f"{section.name}-{look}"
        child(rules, "rule", key=key, filter=condition(look), label=LOOKS[look][0], symbol=rank)
        one = symbol(kind, str(rank))
        painters[kind](one, layer, look)
        symbols.append(one)
    return root


def _single(kind: Kind, paint: Callable[[ET.Element], None]) -> ET.Element:
    attributes = {"type": "singleSymbol", "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    root = ET.Element("renderer-v2", attributes)
    one = symbol(kind, "0")
    paint(one)
    child(root, "symbols").append(one)
    return root


def _paint_place(one: ET.Element, layer: Layer, look: Look) -> None:
    add_marker(one, layer, look, shifted=True)


def _paint_line(one: ET.Element, layer: Layer, look: Look) -> None:
    width, dash = layer.symbole.epaisseur, layer.symbole.tirets
    if look != "releve":
        add_line(one, PAPER, width + 3, opacity=0.9)
    add_line(one, style.colour(layer), width, dash or (_DASH if look == "indicative" else ""))


def _paint_area(one: ET.Element, layer: Layer, look: Look) -> None:
    colour = style.colour(layer)
    add_fill(one, colour, layer.symbole.remplissage, layer.symbole.motif)
    dash = layer.symbole.tirets or (_DASH if look == "indicative" else "")
    add_line(one, colour, min(layer.symbole.epaisseur, 1.2), dash)
    if layer.symbole.remplissage:
        add_centre(one, layer, look)


def _paint_extent(one: ET.Element, layer: Layer) -> None:
    add_fill(one, style.colour(layer), 0.06, "hachures")
    add_line(one, layer.axe.couleur_texte, 2.5, "6 4")


def _paint_ground(one: ET.Element, section: Section) -> None:
    if section.name == COMMUNES_TABLE:
        add_fill(one, LAND, 1, "")
        add_line(one, FAINT, 0.7)
    elif section.name == NEIGHBOURS:
        add_fill(one, BEYOND, 1, "")
        add_line(one, FAINT, 0.8)
    else:
        add_line(one, INK, 2)


def _add_labels(parent: ET.Element, section: Section, layer: Layer) -> None:
    """Add the names of the features near by; farther off, names of the ground keep clear of symbols."""
    point, line = "Point" in section.shape, "Line" in section.shape
    # around the symbol, along the line, inside the area
    placement = {"placement": 6 if point else 2 if line else 4, "dist": 3.2 if point else 0.6}
    ink = layer.axe.couleur_texte
    if not point:
        _add_settings(
            child(parent, "labeling", type="simple"), '"nom"', 8.5, ink, placement, until=LABELS_FROM
        )
        return
    rules = child(child(parent, "labeling", type="rule-based"), "rules", key=f"{section.name}-noms")
    near = child(rules, "rule", key=f"{section.name}-noms-pres", scalemaxdenom=LABELS_FROM)
    _add_settings(near, '"nom"', 8.5, ink, placement, obstacle=True)
    far = child(rules, "rule", key=f"{section.name}-noms-loin", scalemindenom=LABELS_FROM)
    _add_settings(far, '"nom"', 8.5, ink, placement, obstacle=True, drawn=False)


def _add_ground_labels(parent: ET.Element, section: Section) -> None:
    labeling = child(parent, "labeling", type="simple")
    if section.name == COMMUNES_TABLE:
        moving = {
            "Size": 'CASE WHEN "population" >= 9000 THEN 9.5 ELSE 8 END',
            "Bold": '"population" >= 9000',
            "Priority": 'least(10, "population" / 3000)',
            "Show": '@map_scale < 90000 OR "population" >= 9000',
        }
        _add_settings(labeling, '"nom"', 8.5, INK, {"placement": 4}, until=250_000, moving=moving)
        return
    own = section.name == EPCI_TABLE
    spots = [column.name for column in SPOT]
    moving = dict(zip(("PositionX", "PositionY"), (f'"{name}"' for name in spots), strict=True))
    centred = {"Hali": "'Center'", "Vali": "'Half'"}
    _add_settings(
        labeling,
        'upper("nom_court")',
        11 if own else 9.5,
        INK if own else SOFT,
        {"placement": 4, "priority": 10},
        until=3_000_000,
        bold=True,
        moving={**moving, **centred} if own else {},
    )


def _add_settings(
    parent: ET.Element,
    text: str,
    size: float,
    colour: str,
    placement: Mapping[str, float],
    *,
    until: int = 0,
    bold: bool = False,
    obstacle: bool = False,
    drawn: bool = True,
    moving: Mapping[str, str] | None = None,
) -> None:
    """Add labels with a halo, none over another; `until` is the smallest scale that has them."""
    settings = child(parent, "settings", calloutType="simple")
    _add_text(settings, text, size, colour, bold=bold)
    child(
        settings,
        "text-format",
        autoWrapLength=24,
        useMaxLineLengthForAutoWrap=True,
        multilineAlign=1,
        wrapChar="",
    )
    common = {"distUnits": "MM", "dist": 0, "priority": 4, "polygonPlacementFlags": 2, "placementFlags": 10}
    around = {"predefinedPositionOrder": "R,L,TR,BR,TL,BL,TSR,BSR", "offsetType": 1, "quadOffset": 4}
    child(settings, "placement", **{**common, **around, **placement})
    child(
        settings,
        "rendering",
        drawLabels=drawn,
        obstacle=obstacle,
        obstacleFactor=2,
        obstacleType=0,
        scaleVisibility=until > 0,
        scaleMin=0,
        scaleMax=until,
        displayAll=False,
        mergeLines=True,
        limitNumLabels=False,
        fontLimitPixelSize=False,
        upsidedownLabels=0,
    )
    defined(settings, "dd_properties", moving or {})


def _add_text(parent: ET.Element, text: str, size: float, colour: str, *, bold: bool) -> None:
    written = child(
        parent,
        "text-style",
        fieldName=text,
        isExpression=True,
        fontFamily=_FONTS[0],
        namedStyle="Bold" if bold else "Regular",
        fontSize=size,
        fontSizeUnit="Point",
        fontWeight=75 if bold else 50,
        fontLetterSpacing=0.6 if bold else 0,
        textColor=rgba(colour),
        textOpacity=1,
        multilineHeight=0.95,
    )
    _add_families(written, _FONTS)
    child(
        written,
        "text-buffer",
        bufferDraw=True,
        bufferSize=f"{3.5 * PX:.2f}",
        bufferSizeUnits="MM",
        bufferColor=rgba(PAPER),
        bufferOpacity=0.95,
        bufferJoinStyle=128,
        bufferNoFill=True,
    )


def _add_families(parent: ET.Element, names: Sequence[str]) -> None:
    """Add the types that stand in for the first where it is not installed."""
    listed = child(parent, "families")
    for name in names:
        child(listed, "family", name=name)
