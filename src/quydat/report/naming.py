"""Names of places, sectors and series as people read them, where tables hold ids."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot

ALL = "all"


def place_names(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """Name of each place by its id: those of the record, and the city as a whole."""
    made = {row["place_id"]: str(row[f"name_{lang}"]) for row in given(snapshot, "place_choice")}
    made |= {row["place_id"]: str(row[f"name_{lang}"]) for row in given(snapshot, "place")}
    return made | {snapshot.place: snapshot.study.name(lang)}


def sector_names(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """Name of each sector by its id, and of all of them together."""
    made = {row["sector_id"]: str(row[f"name_{lang}"]) for row in given(snapshot, "sector")}
    return made | {ALL: say("report.all_sectors", lang)}


def city_model_names(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """City and model of each comparable city by the id of the model."""
    return {row["model_id"]: f"{row['city']} – {row['model']}" for row in given(snapshot, "city_model")}


def series_name(row: dict[str, Any], sectors: dict[str, str], lang: Lang) -> str:
    """What a series measures, of which sector, with its id: two series may measure the same."""
    what = choice_label("indicator", row["indicator"], lang)
    sector = row.get("sector", ALL)
    of = "" if sector in (None, ALL) else f", {sectors.get(sector, sector)}"
    return f"{what}{of} ({row['series_id']})"


def pool_name(row: dict[str, Any], places: dict[str, str], lang: Lang) -> str:
    """A place; with the class of its land where that is not the usual one."""
    name = places.get(row["place"], str(row["place"]))
    if row["land_class"] == "industrial":
        return name
    return f"{name} – {choice_label('land_class', row['land_class'], lang)}"


def given(snapshot: Snapshot, name: str, **where: object) -> list[dict[str, Any]]:
    """Rows of a result or record table in which columns have given values.

    None where the study or the release of the run has no such table. Big tables are cut down before they become rows.
    """
    table = snapshot.tables.get(name, snapshot.record.get(name))
    if table is None or not where:
        return snapshot.rows(name)
    for column, value in where.items():
        table = table[(table[column] == value).to_numpy(bool)]
    return records(table)
