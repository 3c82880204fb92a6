"""The report as one HTML file that needs nothing else: no network, no font, no script from elsewhere."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from quydat.core.text import say
from quydat.report.document import (
    ChartBlock,
    Document,
    FigureRef,
    Link,
    Notice,
    Paragraph,
    TableBlock,
    figure_refs,
)
from quydat.report.panel import panel_data, safe_json
from quydat.report.snapshot import Snapshot


def render(document: Document, snapshot: Snapshot, lang: str, charts: Mapping[str, str]) -> str:
    """The document as HTML.

    Parameters
    ----------
    document
        As ``content.build`` made it of the same snapshot.
    lang
        Language of the document; the two must agree.
    charts
        SVG text by name, as ``chart.charts_svg`` makes it; the map goes in as it is so that it can be pointed
        at, the others as images. A chart that is not given is left out with its caption.

    Raises
    ------
    ValueError
        If the language is not that of the document.
    """
    if lang != document.lang:
        raise ValueError(f"the document is in {document.lang!r}, not {lang!r}")
    script = resource("report.js")
    printed = [ref.figure_id for ref in figure_refs(document)]
    context: dict[str, Any] = {
        "document": document,
        "charts": dict(charts),
        "images": {name: image(svg) for name, svg in charts.items() if name != "map"},
        "style": resource("report.css"),
        "script": script,
        "policy": policy(script),
        "data": safe_json(panel_data(snapshot, document.lang, printed)),
        "say": lambda key, **facts: say(f"report.html.{key}", document.lang, **facts),
        "kind": kind,
        "run_kind": run_kind,
        "fingerprint": snapshot.fingerprint,
        "version": snapshot.version,
        "scenario": snapshot.study.scenario,
    }
    return str(_template().render(context))


def resource(name: str) -> str:
    """Text of a file that goes into the page."""
    return files("quydat.report").joinpath("web", name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html")


def image(svg: str) -> str:
    """An SVG text as the address of an image: what is in it can neither run nor clash with the page."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def policy(script: str) -> str:
    """What the page may load: nothing from elsewhere, and no script but its own."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def kind(block: object) -> str:
    """Name of a block's kind, for the template."""
    names = {Paragraph: "paragraph", TableBlock: "table", ChartBlock: "chart", Notice: "notice"}
    return names[type(block)]


def run_kind(run: object) -> str:
    """Name of a run's kind, for the template."""
    return "figure" if isinstance(run, FigureRef) else "link" if isinstance(run, Link) else "text"
