"""A project of QGIS over the GeoPackage of an EPCI: the atlas as a planner goes on working with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyproj
import shapely

from geo import text
from geo.content import Dossier, made_on, wording
from geo.export.qml import VERSION, add_style
from geo.export.section import COMMUNES_TABLE, EPCI_TABLE, NEIGHBOURS, Section, as_text
from geo.export.sections import list_sections
from geo.export.symbols import OUTSIDE, child
from geo.sources.cache import replacing
from geo.territories import LAMBERT_93

EXTENTS = "Mesures de territoire"
GROUNDS = "Territoires"
TABLES = "Tableaux"
_STYLE = "ERBM"
_MARGIN = 0.04
"""Of the map around the EPCI, in widths of it."""
_FIRST = (1980, 1, 1, 0, 0, 0)
"""The date of the members of the file: the first that a ZIP can tell."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of the panel of layers, with its groups inside."""

    title: str
    sections: tuple[Section, ...]
    groups: tuple[_Group, ...] = ()
    checked: bool = True
    expanded: bool = True


def project_name(dossier: Dossier) -> str:
    """Return the file name of the project of an EPCI."""
    return f"projet-{dossier.epci.slug}.qgz"


def write_project(
    dossier: Dossier, target: Path, geopackage_name: str, sections: Sequence[Section] = ()
) -> None:
    """Write a project of QGIS (3.22 or later) that shows the GeoPackage of an EPCI as the atlas does.

    It finds the GeoPackage in its own folder, wherever that is.

    Parameters
    ----------
    dossier : Dossier
        All that the documents of the EPCI tell; the same as for the GeoPackage.
    target : pathlib.Path
        The file (``.qgz``), replaced whole.
    geopackage_name : str
        File name of the GeoPackage that stands beside it.
    sections : sequence of Section
        From `geo.export.sections.list_sections`, where they are at hand.

    Raises
    ------
    DataError
        If the EPCI is not in Lambert-93.
    ErbmError
        If the file cannot be written.
    """
    root = _project(dossier, sections or list_sections(dossier), geopackage_name)
    ET.indent(root, " ")
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    member = ZipInfo(f"{target.stem}.qgs", _FIRST)
    member.external_attr = 0o644 << 16
    member.create_system = 3
    with replacing(target) as temporary, ZipFile(temporary, "w") as packed:
        packed.writestr(member, content, ZIP_DEFLATED, compresslevel=9)


def _project(dossier: Dossier, sections: Sequence[Section], geopackage: str) -> ET.Element:
    title = f"{as_text(dossier.epci.nom_court)} : atlas de l’Engagement pour le renouveau du bassin minier"
    groups = list(_groups(dossier, sections))
    root = ET.Element("qgis", {"version": VERSION, "projectname": title, "saveUser": "", "saveUserFull": ""})
    child(root, "homePath", path="")
    child(root, "title").text = title
    _add_crs(child(root, "projectCrs"))
    tree = child(root, "layer-tree-group")
    for group in groups:
        _add_group(tree, group, geopackage)
    order = child(tree, "custom-order", enabled=1)
    drawn = _drawing_order(section for section in sections if section.shape)
    for section in drawn:
        child(order, "item").text = _key(section)
    _add_canvas(root, dossier)
    layers = child(root, "projectlayers")
    for group in groups:
        for section in _all(group):
            _add_maplayer(layers, section, dossier, geopackage)
    listed = child(root, "layerorder")
    for section in drawn:
        child(listed, "layer", id=_key(section))
    _add_themes(root, groups)
    _add_properties(root)
    _add_metadata(root, title, dossier)
    return root


def _groups(dossier: Dossier, sections: Sequence[Section]) -> Iterator[_Group]:
    """Yield the groups of the panel, as the atlas has them: axes, records, territories, tables."""
    of_layers = [(section, section.layer) for section in sections if section.layer is not None]
    for axis in dossier.content.known.axes.values():
        own = [section for section, layer in of_layers if layer.axe.id == axis.id and not layer.inventaire]
        located = tuple(section for section in own if section.part != "territoires")
        wide = tuple(section for section in own if section.part == "territoires")
        inner = (_Group(EXTENTS, wide, checked=False, expanded=False),) if wide else ()
        if own:
            yield _Group(wording.axis_title(axis), located, inner)
    axes = dossier.content.known.axes
    rest = [s for s, layer in of_layers if layer.inventaire or layer.axe.id not in axes]
    if rest:
        yield _Group(wording.RECORDS, tuple(rest))
    yield _Group(GROUNDS, tuple(s for s in sections if s.layer is None and s.shape))
    yield _Group(TABLES, tuple(s for s in sections if not s.shape), expanded=False)


def _all(group: _Group) -> Iterator[Section]:
    yield from group.sections
    for inner in group.groups:
        yield from _all(inner)


def _key(section: Section) -> str:
    """Return the identifier of a layer of the project; QGIS loses those of ten characters or fewer."""
    return f"erbm_couche_{section.name}"


def _is_checked(section: Section) -> bool:
    return section.layer is None or (section.layer.visible and section.part != "territoires")


def _drawing_order(sections: Iterable[Section]) -> list[Section]:
    """Return the layers as they are drawn, from the top: symbols, lines, areas, the small over the large."""
    grounds = [EPCI_TABLE, COMMUNES_TABLE, NEIGHBOURS]

    def rank(section: Section) -> tuple[int, bool, float]:
        if section.layer is None:
            return ((2, 6, 7)[grounds.index(section.name)], False, 0)
        parts = {"lieux": 0, "traces": 1, "territoires": 3, "contours": 4}
        own = [shape for shape in section.shapes if shape is not None]
        widest = max(shapely.area(own), default=0.0)
        return parts[section.part], section.layer.inventaire, float(widest)

    return sorted(sections, key=rank)


def _add_group(parent: ET.Element, group: _Group, geopackage: str) -> None:
    states = {True: "Qt::Checked", False: "Qt::Unchecked"}
    found = child(
        parent,
        "layer-tree-group",
        name=group.title,
        checked=states[group.checked],
        expanded=group.expanded,
        groupLayer="",
    )
    for section in group.sections:
        child(
            found,
            "layer-tree-layer",
            id=_key(section),
            name=section.titre,
            source=_source(section, geopackage),
            providerKey="ogr",
            checked=states[_is_checked(section) or not group.checked],
            expanded=0,
            legend_exp="",
            legend_split_behavior=0,
            patch_size="-1,-1",
        )
    for inner in group.groups:
        _add_group(found, inner, geopackage)


def _source(section: Section, geopackage: str) -> str:
    return f"./{geopackage}|layername={section.name}"


def _add_maplayer(parent: ET.Element, section: Section, dossier: Dossier, geopackage: str) -> None:
    kind = "Point" if "Point" in section.shape else "Line" if "Line" in section.shape else "Polygon"
    layer = child(
        parent,
        "maplayer",
        type="vector",
        geometry=kind if section.shape else "No geometry",
        wkbType=section.shape or "NoGeometry",
        labelsEnabled=bool(section.shape),
        hasScaleBasedVisibilityFlag=0,
        minScale="1e+08",
        maxScale=0,
        readOnly=0,
        simplifyDrawingHints=1,
        simplifyDrawingTol=1,
        simplifyMaxScale=1,
        simplifyLocal=1,
        simplifyAlgorithm=0,
        autoRefreshEnabled=0,
        autoRefreshTime=0,
        refreshOnNotifyEnabled=0,
        styleCategories="AllStyleCategories",
    )
    if section.shape:
        _add_extent(layer, shapely.total_bounds([s for s in section.shapes if s is not None]).tolist())
    child(layer, "id").text = _key(section)
    child(layer, "datasource").text = _source(section, geopackage)
    child(layer, "layername").text = section.titre
    if section.shape:
        _add_crs(child(layer, "srs"))
    _add_resource(child(layer, "resourceMetadata"), section.titre, section.comment, dossier)
    child(layer, "provider", encoding="UTF-8").text = "ogr"
    styles = child(layer, "map-layer-style-manager", current=_STYLE)
    child(styles, "map-layer-style", name=_STYLE)
    flags = child(layer, "flags")
    for flag in ("Identifiable", "Removable", "Searchable"):
        told = flag != "Identifiable" or section.name != NEIGHBOURS
        child(flags, flag).text = str(int(told))
    if section.shape:
        add_style(layer, section)
    else:
        child(layer, "previewExpression").text = f'"{section.columns[0].name}"'


def _add_crs(parent: ET.Element) -> None:
    crs = pyproj.CRS.from_user_input(LAMBERT_93)
    found = child(parent, "spatialrefsys", nativeFormat="Wkt")
    texts = {
        "wkt": crs.to_wkt(),
        "srid": str(crs.to_epsg()),
        "authid": LAMBERT_93,
        "description": "RGF93 v1 / Lambert-93",
        "projectionacronym": "lcc",
        "ellipsoidacronym": "EPSG:7019",
        "geographicflag": "false",
    }
    for tag, told in texts.items():
        child(found, tag).text = told


def _add_extent(parent: ET.Element, bounds: Sequence[float]) -> None:
    extent = child(parent, "extent")
    for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        child(extent, tag).text = repr(float(value))


def _add_canvas(root: ET.Element, dossier: Dossier) -> None:
    """Add the map: the whole EPCI in sight."""
    west, south, east, north = dossier.epci.geometry.bounds
    margin = _MARGIN * (east - west)
    canvas = child(root, "mapcanvas", name="theMapCanvas", annotationsVisible=1)
    child(canvas, "units").text = "meters"
    _add_extent(canvas, (west - margin, south - margin, east + margin, north + margin))
    child(canvas, "rotation").text = "0"
    _add_crs(child(canvas, "destinationsrs"))
    child(canvas, "rendermaptile").text = "0"
    settings = child(root, "ProjectViewSettings", UseProjectScales=0)
    bounds = zip(("xmin", "ymin", "xmax", "ymax"), (west, south, east, north), strict=True)
    extent = child(settings, "DefaultViewExtent", **{key: repr(float(value)) for key, value in bounds})
    _add_crs(extent)


def _add_themes(root: ET.Element, groups: Sequence[_Group]) -> None:
    """Add a theme for each group of layers, over the territories."""
    themes = child(root, "visibility-presets")
    grounds = [section for group in groups if group.title == GROUNDS for section in group.sections]
    for group in groups:
        if group.title in (GROUNDS, TABLES):
            continue
        shown = [*group.sections, *grounds]
        attributes = {"name": group.title, "has-expanded-info": "0", "has-checked-group-info": "0"}
        theme = ET.SubElement(themes, "visibility-preset", attributes)
        for section in shown:
            child(theme, "layer", id=_key(section), visible=1, style=_STYLE, expanded=0)


def _add_properties(root: ET.Element) -> None:
    properties = child(root, "properties")
    child(child(properties, "Paths"), "Absolute", type="bool").text = "false"
    child(child(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    gui = child(properties, "Gui")
    for name, start in (("Red", 1), ("Green", 3), ("Blue", 5)):
        part = child(gui, f"CanvasColor{name}Part", type="int")
        part.text = str(int(OUTSIDE[start : start + 2], 16))
    measure = child(properties, "Measurement")
    child(measure, "DistanceUnits", type="QString").text = "meters"
    child(measure, "AreaUnits", type="QString").text = "hectares"


def _add_resource(parent: ET.Element, title: str, abstract: str, dossier: Dossier) -> None:
    """Add the metadata of a layer or of the project: title, abstract, language, licences, credits."""
    child(parent, "identifier").text = ""
    child(parent, "parentidentifier").text = ""
    child(parent, "language").text = "FRE"
    child(parent, "type").text = "dataset"
    child(parent, "title").text = title
    child(parent, "abstract").text = abstract
    licences = dict.fromkeys(document.licence for document in wording.documents_told(dossier.content))
    for licence in licences:
        child(parent, "license").text = licence
    child(parent, "rights").text = dossier.basin.source
    child(parent, "encoding").text = "UTF-8"
    _add_crs(child(parent, "crs"))


def _add_metadata(root: ET.Element, title: str, dossier: Dossier) -> None:
    found = child(root, "projectMetadata")
    credits_ = " ; ".join(wording.short(document) for document in wording.documents_told(dossier.content))
    place = f"{as_text(dossier.epci.nom)} : {wording.territory_line(dossier.basin)}."
    made = f"Fait le {text.long_date(made_on())}."
    _add_resource(found, title, f"{place} Sources : {credits_}. {made}", dossier)
    child(found, "author").text = ""
    child(found, "creation").text = f"{made_on().isoformat()}T00:00:00"
