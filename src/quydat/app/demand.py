"""What a run says of demand: by place, sector, method and year; its parts; scenarios, sensitivity, back-test."""

import pandas as pd

from quydat.app.permission import require
from quydat.app.run import Run
from quydat.balance.scenarios import RUN_OUT
from quydat.balance.sensitivity import best_survey
from quydat.core.problem import problem, raise_if

VIEWS = ("place", "sector", "method", "year")
"""Ways in which demand can be looked at."""
ALL = "all"
COMBINED = "combined"
_LAND = "land_ha"
_FEW = 8


def demand_by(run: Run, view: str, *, year: int | None = None) -> pd.DataFrame:
    """Land wanted in a year, in hectares.

    Parameters
    ----------
    view
        One of ``VIEWS``: by place and class of land with all sectors together; by sector in the whole city; by method
        in the whole city; or the methods combined, year by year.
    year
        The year; the last of the account if none is named, and all of them for ``year``.

    Returns
    -------
    Rows of the table ``demand_cell`` (place, sector) or ``demand`` (method, year), the largest first where there is no
    other order. A city that is one place has no rows by place.

    Raises
    ------
    Problems
        QD607 if the run stopped before demand; QD897 if it has no such year.
    """
    require(run.actor, "demand")
    if view in ("place", "sector"):
        rows, city = run.table("demand_cell"), str(run.manifest["place"])
        in_city, whole = rows["place"] == city, rows["sector"] == ALL
        rows = rows[~in_city & whole] if view == "place" else rows[in_city & ~whole]
    else:
        rows = run.table("demand")
        rows = rows[rows["quantity"] == _LAND]
        rows = rows[rows["method"] == COMBINED] if view == "year" else rows
    if view != "year" or year is not None:
        rows = _of_year(rows, year)
    if view in ("place", "sector"):
        rows = rows.sort_values("expected_ha", ascending=False, kind="stable")
    return rows.reset_index(drop=True)


def build_up(run: Run, *, year: int | None = None) -> pd.DataFrame:
    """What demand is made of, added up to the end of a milestone: rows of the table ``demand_build_up``.

    Raises
    ------
    Problems
        As ``demand_by``.
    """
    require(run.actor, "demand")
    return _of_year(run.table("demand_build_up"), year).reset_index(drop=True)


def scenarios_of(run: Run, *, year: int | None = None) -> pd.DataFrame:
    """Scenarios side by side at a milestone, the last if none is named: rows of the table ``scenario``.

    The year of running out is there whatever the milestone.

    Raises
    ------
    Problems
        QD607 if the run stopped before the account; QD897 if it has no such milestone.
    """
    require(run.actor, "demand")
    rows = run.table("scenario")
    out = rows["quantity"] == RUN_OUT
    return pd.concat([_of_year(rows[~out], year), rows[out]]).sort_index().reset_index(drop=True)


def sensitivity_of(run: Run, *, survey: bool = False) -> pd.DataFrame:
    """What makes the range wide, or which survey would narrow it; the strongest first within each result.

    Raises
    ------
    Problems
        QD607 if the run stopped before the account.
    """
    require(run.actor, "demand")
    rows = run.table("sensitivity_survey" if survey else "sensitivity")
    order = {name: place for place, name in enumerate(dict.fromkeys(rows["output"]))}
    kept = rows.assign(_output=rows["output"].map(order), _strength=-rows["first_order_share"])
    return kept.sort_values(["_output", "_strength"], kind="stable")[rows.columns].reset_index(drop=True)


def survey_to_make(run: Run) -> dict[str, str | None]:
    """For each result of the analysis the survey that would narrow it most; None where none does for sure.

    Raises
    ------
    Problems
        QD607 if the run stopped before the account.
    """
    require(run.actor, "demand")
    rows = run.table("sensitivity_survey")
    return {str(output): best_survey(rows, str(output)) for output in dict.fromkeys(rows["output"])}


def back_test_of(run: Run) -> pd.DataFrame:
    """How each way of forecasting did on each series of the record: the table ``back_test_summary``.

    Raises
    ------
    Problems
        QD607 if the run stopped before demand.
    """
    require(run.actor, "demand")
    return run.table("back_test_summary")


def _of_year(rows: pd.DataFrame, year: int | None) -> pd.DataFrame:
    known = sorted({int(one) for one in rows["year"]})
    if not known:
        return rows
    wanted = known[-1] if year is None else year
    if wanted not in known:
        told = ", ".join(map(str, known)) if len(known) <= _FEW else f"{known[0]}–{known[-1]}"
        raise_if([problem("QD897", column_vi="năm", column_en="year", value=wanted, known=told)])
    return rows[rows["year"] == wanted]
