"""QGIS styles: a layer of parks coloured by state and sized by area, opened as meant without a click."""

from collections.abc import Mapping
from xml.etree import ElementTree as Xml  # only written here, never read

from quydat.core.text import Lang
from quydat.dictionary.schema import Table, choices

_COLOURS: Mapping[str, str] = {
    "operating": "0,114,178",
    "under_construction": "230,159,0",
    "planned": "0,158,115",
    "proposed": "204,121,167",
    "removed": "153,153,153",
}
"""Colours that stay apart for the colour-blind (M. Okabe, K. Ito, 2008)."""

_OTHER = "90,90,90"
_SIZED_BY = "gross_area_ha"
_LABELLED_BY = {"vi": "name_vi", "en": "name_en"}
# Area of the sign follows area of the park; a park of unknown area keeps a small hollow-looking sign of 2 mm.
_SIZE = f'coalesce(scale_exp("{_SIZED_BY}", 0, 1000, 2, 12, 0.5), 2)'


def categorised_by(table: Table) -> str | None:
    """Attribute by whose states a layer of this table is coloured; None if it has none."""
    return next((a.name for a in table if a.choices == "park_state"), None)


def qml(table: Table, *, geometry: str, lang: Lang) -> str:
    """Style of a layer, with labels in one language.

    Parameters
    ----------
    geometry
        ``point`` or ``polygon``.

    Raises
    ------
    ValueError
        If the table has no state to colour by.
    """
    attribute = categorised_by(table)
    if attribute is None:
        raise ValueError(f"table {table.name} has no state to colour by")
    root = Xml.Element("qgis", version="3.22", styleCategories="Symbology|Labeling", labelsEnabled="1")
    renderer = Xml.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=attribute, forceraster="0")
    categories = Xml.SubElement(renderer, "categories")
    symbols = Xml.SubElement(renderer, "symbols")
    sized = geometry == "point" and _SIZED_BY in table
    for number, (value, labels) in enumerate(choices("park_state").items()):
        label = labels[lang != "vi"]
        Xml.SubElement(
            categories, "category", type="string", render="true", value=value, symbol=str(number), label=label
        )
        _symbol(symbols, str(number), _COLOURS.get(value, _OTHER), point=geometry == "point", sized=sized)
    if _LABELLED_BY[lang] in table:
        _labels(root, _LABELLED_BY[lang])
    Xml.indent(root)
    doctype = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return doctype + Xml.tostring(root, encoding="unicode") + "\n"


def _symbol(parent: Xml.Element, name: str, colour: str, *, point: bool, sized: bool) -> None:
    kind = "marker" if point else "fill"
    symbol = Xml.SubElement(parent, "symbol", type=kind, name=name, alpha="0.85", clip_to_extent="1")
    layer = Xml.SubElement(symbol, "layer", enabled="1", locked="0")
    layer.set("pass", "0")
    layer.set("class", "SimpleMarker" if point else "SimpleFill")
    settings = {"color": f"{colour},255", "outline_color": "255,255,255,255", "outline_width": "0.3"}
    if point:
        settings |= {"name": "circle", "size": "4", "size_unit": "MM", "scale_method": "diameter"}
    options = Xml.SubElement(layer, "Option", type="Map")
    for key, value in settings.items():
        _option(options, key, value)
    if sized:
        _data_defined(layer, "size", _SIZE)


def _data_defined(layer: Xml.Element, name: str, expression: str) -> None:
    collection = Xml.SubElement(Xml.SubElement(layer, "data_defined_properties"), "Option", type="Map")
    _option(collection, "name", "")
    properties = Xml.SubElement(collection, "Option", type="Map", name="properties")
    of_name = Xml.SubElement(properties, "Option", type="Map", name=name)
    _option(of_name, "active", "true", kind="bool")
    _option(of_name, "expression", expression)
    _option(of_name, "type", "3", kind="int")  # 3: an expression
    _option(collection, "type", "collection")


def _labels(root: Xml.Element, field: str) -> None:
    labeling = Xml.SubElement(root, "labeling", type="simple")
    settings = Xml.SubElement(labeling, "settings", calloutType="simple")
    style = Xml.SubElement(
        settings, "text-style", fieldName=field, isExpression="0", fontSize="8", textColor="40,40,40,255"
    )
    Xml.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
    )
    Xml.SubElement(settings, "placement", placement="6", dist="1", distUnits="MM")
    Xml.SubElement(settings, "rendering", drawLabels="1", obstacle="1")


def _option(parent: Xml.Element, name: str, value: str, *, kind: str = "QString") -> None:
    Xml.SubElement(parent, "Option", type=kind, name=name, value=value)
