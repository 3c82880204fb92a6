"""How the forecasts would have done: printed with every forecast, and said where a range was too narrow."""

from typing import Any

from quydat.dictionary.schema import choice_label, tables
from quydat.report.charts.back_test import tested
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, TableBlock
from quydat.report.naming import sector_names, series_name
from quydat.report.writer import Writer, cell_id

_SCORES = ("cells", "coverage_share", "crps_relative")


def verdict(w: Writer) -> list[Block]:
    """One sentence beside the forecast: how many ranges of the past were too narrow; or that none could be tried."""
    if not w.rows("back_test_summary"):
        return []
    if not w.has("forecast.tried"):
        return [w.caution("demand.not_tested")]
    if w.value("forecast.too_narrow"):
        return [w.caution("demand.too_narrow", tried=w.ref("forecast.tried"), narrow=w.ref("forecast.too_narrow"))]
    return [w.paragraph("demand.wide_enough", tried=w.ref("forecast.tried"))]


def write(w: Writer) -> list[Block]:
    """Scores of each forecaster on each series, those that failed first in words; and the picture."""
    rows = tested(w.snapshot)
    never = [row for row in w.rows("back_test_summary") if not row["cells"]]
    head = Paragraph((w.say("demand.tested"),), role="lead")
    if not rows:
        return [head, _never(w, never)] if never else []
    definition = tables()["back_test_summary"]
    columns = (
        Column(w.say("demand.series"), wide=True),
        Column(definition["forecaster"].label(w.lang), wide=True),
        *(Column(definition[name].label(w.lang), True) for name in _SCORES),
        Column(definition["verdict"].label(w.lang)),
    )
    lines = [
        Row(
            (
                (_series(w, row),),
                (choice_label("forecaster", row["forecaster"], w.lang),),
                *(w.cell("back_test_summary", row, definition[name], decimals=0) for name in _SCORES),
                (choice_label("back_test_verdict", row["verdict"], w.lang),),
            )
        )
        for row in rows
    ]
    blocks: list[Block] = [
        head,
        w.paragraph("demand.tested_text"),
        TableBlock(
            "back_test_summary", w.say("demand.tested_table"), columns, tuple(lines), w.say("demand.tested_note")
        ),
    ]
    blocks.append(ChartBlock("back_test", w.say("demand.tested_chart"), w.say("demand.tested_chart_alt")))
    blocks += [_narrow(w, row) for row in rows if row["verdict"] == "too_narrow"]
    return [*blocks, _never(w, never)] if never else blocks


def _never(w: Writer, rows: list[dict[str, Any]]) -> Paragraph:
    """What could not be tried: each forecaster with its series."""
    series: dict[str, list[str]] = {}
    for row in rows:
        series.setdefault(choice_label("forecaster", row["forecaster"], w.lang), []).append(_series(w, row))
    said = "; ".join(f"{forecaster}: {', '.join(names)}" for forecaster, names in series.items())
    return w.paragraph("demand.not_tried", which=said)


def _narrow(w: Writer, row: dict[str, Any]) -> Paragraph:
    return w.point(
        "demand.narrow_one",
        series=_series(w, row),
        forecaster=choice_label("forecaster", row["forecaster"], w.lang),
        share=w.ref(cell_id("back_test_summary", row, "coverage_share"), decimals=0),
        cells=w.ref(cell_id("back_test_summary", row, "cells")),
    )


def _series(w: Writer, row: dict[str, Any]) -> str:
    known = {one["series_id"]: one for one in w.rows("series_check")}
    return series_name(known.get(row["series_id"], row), sector_names(w.snapshot, w.lang), w.lang)
