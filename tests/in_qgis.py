"""What QGIS says of a project and of a GeoPackage: run by Debian's Python, which alone has PyQGIS.

    /usr/bin/python3 in_qgis.py PROJECT.qgz GEOPACKAGE.gpkg PICTURE.png

It prints JSON: the layers, the groups, the styles that QGIS takes from the GeoPackage by itself.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsExpressionContextUtils,
    QgsLayerTreeGroup,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]


def tree(group: Any) -> list[Any]:
    """Return the groups and layers of a group: name, whether it is checked, what is in it."""
    return [
        [
            one.name(),
            one.itemVisibilityChecked(),
            tree(one) if isinstance(one, QgsLayerTreeGroup) else one.layerId(),
        ]
        for one in group.children()
    ]


def look(layer: Any) -> dict[str, Any] | None:
    """Return the kind of renderer of a layer, its rules, and the classes of its symbol layers."""
    renderer = layer.renderer()
    if renderer is None:
        return None
    rules = renderer.rootRule().children() if renderer.type() == "RuleRenderer" else []
    symbols = [rule.symbol() for rule in rules] or [renderer.symbol()]
    return {
        "type": renderer.type(),
        "regles": [[rule.label(), rule.filterExpression()] for rule in rules],
        "symboles": [[one.layerType() for one in symbol.symbolLayers()] for symbol in symbols],
        "images": [
            one.path()[:7] for symbol in symbols for one in symbol.symbolLayers() if hasattr(one, "path")
        ],
        "etiquettes": layer.labeling().type() if layer.labeling() else "",
    }


def told(project: Any, geopackage: str) -> dict[str, Any]:
    """Return all that is asked of a project, and of each layer as it opens from the GeoPackage alone."""
    layers = {}
    for key, layer in project.mapLayers().items():
        name = layer.source().partition("layername=")[2]
        alone = QgsVectorLayer(f"{geopackage}|layername={name}", name, "ogr")
        served = QgsVectorLayer(f"{geopackage}|layername={name}", name, "ogr")
        layers[key] = {
            "titre": layer.name(),
            "valide": layer.isValid(),
            "source": layer.source(),
            "nombre": layer.featureCount(),
            "crs": layer.crs().authid(),
            "style": look(layer),
            "seul": look(alone) if layer.isSpatial() else None,
            "sld": layer.isSpatial() and sld(served),
        }
    extent = project.viewSettings().defaultViewExtent()
    return {
        "titre": project.title(),
        "crs": project.crs().authid(),
        "etendue": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "couches": layers,
        "groupes": tree(project.layerTreeRoot()),
        "ordre": [layer.id() for layer in project.layerTreeRoot().layerOrder()],
        "themes": project.mapThemeCollection().mapThemes(),
        "resume": project.metadata().abstract(),
    }


def sld(layer: Any) -> bool:
    """Return whether QGIS reads the SLD style of a layer that the GeoPackage holds."""
    from qgis.PyQt.QtXml import QDomDocument  # type: ignore[import-not-found]

    styles = QgsVectorLayer(layer.source().partition("|")[0] + "|layername=layer_styles", "styles", "ogr")
    for row in styles.getFeatures():
        if row["f_table_name"] == layer.name():
            document = QDomDocument()
            document.setContent(row["styleSLD"], True)  # noqa: FBT003
            found = document.documentElement().firstChildElement("NamedLayer")
            return bool(layer.readSld(found, ""))
    return False


def draw(project: Any, picture: str) -> dict[str, Any]:
    """Draw the map of a project as its window would; return how many pixels have each of its colours."""
    settings = QgsMapSettings()
    root = project.layerTreeRoot()
    settings.setLayers([one for one in root.layerOrder() if root.findLayer(one.id()).isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(800, 560))
    settings.setBackgroundColor(project.backgroundColor())
    context = project.createExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    counts: dict[str, int] = {}
    for x in range(image.width()):
        for y in range(image.height()):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    return {"couleurs": counts, "erreurs": [error.message for error in job.errors()]}


def main() -> None:
    """Open, tell, draw."""
    QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003
    application = QgsApplication([], False)  # noqa: FBT003
    application.initQgis()
    project = QgsProject.instance()
    read = project.read(sys.argv[1])
    found = {"lu": read, **told(project, sys.argv[2]), **draw(project, sys.argv[3])}
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
