"""Plans as layers: the GeoPackage that a planning office would send, and the map of what a check has found."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from quydat.core.crs import WGS84, reproject
from quydat.core.files import replaced
from quydat.core.text import Lang
from quydat.dictionary.bulk import to_arrow
from quydat.dictionary.schema import Table, tables
from quydat.formats.geopackage import fixed_time
from quydat.formats.parquet import arrow_table

PLAN_TABLES = ("source", "spatial_plan", "plan_area", "plan_use", "plan_line")
"""Layers of a file of plans, each under the name of its table."""
_GEOMETRY = "geom"
_SHAPES = {"plan_area": ("outline", "MultiPolygon"), "plan_line": ("line", "MultiLineString")}


def write_plan_file(path: Path, rows: Mapping[str, pd.DataFrame], *, epsg: int, lang: Lang = "vi") -> Path:
    """Write tables of plans as layers of a GeoPackage, drawn in a plane.

    Parameters
    ----------
    rows
        Some of ``PLAN_TABLES``, typed; geometries as WKB in WGS 84.
    epsg
        System of the drawing.
    """
    layers: dict[str, tuple[pa.Table, list[Any] | None, str]] = {}
    for name in PLAN_TABLES:
        if name not in rows or not len(rows[name]):
            continue
        table = tables()[name]
        content = arrow_table(rows[name], table) if table.kind == "record" else to_arrow(rows[name], table)
        column, kind = _SHAPES.get(name, ("", ""))
        shapes = _moved(rows[name][column].tolist(), epsg) if column else None
        layers[name] = (content.drop_columns([column]) if column else content, shapes, kind)
    _write(path, layers, epsg=epsg, labels={name: tables()[name] for name in layers}, lang=lang)
    return path


def write_map(path: Path, layers: Mapping[str, tuple[pd.DataFrame, NDArray[Any]]], *, epsg: int) -> Path:
    """Write layers of polygons with their attributes; text, numbers and nothing else.

    Parameters
    ----------
    layers
        Rows and shapes, in the plane ``epsg``, by name of the layer; a layer without rows is left out.
    """
    made: dict[str, tuple[pa.Table, list[Any] | None, str]] = {}
    for name, (rows, shapes) in layers.items():
        if len(rows):
            content = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
            made[name] = (content, shapely.to_wkb([_multi(shape) for shape in shapes]).tolist(), "MultiPolygon")
    _write(path, made, epsg=epsg, labels={}, lang="vi")
    return path


def _write(
    path: Path, layers: Mapping[str, tuple[pa.Table, list[Any] | None, str]], *, epsg: int, labels: Mapping[str, Table],
    lang: Lang,
) -> None:  # fmt: skip
    import pyogrio.raw

    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as temporary, fixed_time(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        temporary.unlink(missing_ok=True)
        for name, (content, shapes, kind) in layers.items():
            first, spatial = not temporary.exists(), {}
            if shapes is not None:
                content = content.append_column(pa.field(_GEOMETRY, pa.binary()), pa.array(shapes, pa.binary()))
                spatial = {"geometry_name": _GEOMETRY, "geometry_type": kind, "crs": f"EPSG:{epsg}"}
            told = {}
            if name in labels:
                told = {"IDENTIFIER": labels[name].label(lang), "DESCRIPTION": labels[name].definition(lang)}
            pyogrio.raw.write_arrow(
                content, str(temporary), layer=name, driver="GPKG", append=not first,
                dataset_options={"VERSION": "1.3"} if first else None, layer_options=told, **spatial,
            )  # fmt: skip


def _multi(shape: Any) -> Any:
    of = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString}.get(shape.geom_type)
    return shape if of is None else of([shape])


def _moved(wkb: Sequence[bytes], epsg: int) -> list[Any]:
    shapes = shapely.transform(
        shapely.from_wkb(list(wkb)),
        lambda at: np.column_stack(reproject(at[:, 0], at[:, 1], source=WGS84, target=epsg)),
    )
    return list(shapely.to_wkb([_multi(shape) for shape in shapes]))
