"""What a file must be to be a record, and how an empty one is made."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, Table, insert

from quydat.core.problem import Problems, problem
from quydat.store.engine import Driver, engine_of, writing
from quydat.store.schema import APPLICATION_ID, FORM, Schema, schema

_MAGIC = b"SQLite format 3\0"
_SINCE = {
    "segment": 2,
    "duration_observation": 3,
    "opinion": 3,
    "spatial_plan": 3,
    "subject_fact": 3,
    "series": 4,
    "sector": 4,
    "place": 4,
    "delivery_model": 5,
    "project": 5,
    "project_link": 5,
    "project_lock": 5,
    "fund_source": 5,
    "fund_year": 5,
    "doing_limit": 5,
}
"""Form from which on a record has a table, if not from the first."""
_COLUMN_SINCE = {
    "city_model": dict.fromkeys(
        (f"plot_ratio_{when}_{end}" for when in ("before", "after") for end in ("low", "high")), 4
    ),
    "procedure_step": {"limit_kind": 3, "document_vi": 3, "document_en": 3},
    "procedure_event": {"document_on": 3, "issuer_vi": 3, "issuer_en": 3, "due_on": 3, "template_on": 3},
}
"""Form from which on a table has a column, if not from when it was there."""


def fill(path: Path, *, study_id: str, driver: Driver) -> None:
    """Make the record's tables and triggers in an empty file, in one transaction."""
    engine, sql = engine_of(path, driver), schema()
    try:
        with writing(engine) as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")
            sql.metadata.create_all(connection, checkfirst=False)
            for trigger in sql.triggers:
                connection.exec_driver_sql(trigger)
            own = {"study_id": study_id, "form": str(FORM)}
            connection.execute(insert(sql.meta), [{"name": k, "value": v} for k, v in own.items()])
    finally:
        engine.dispose()


def check_file(path: Path) -> None:
    """Refuse what is not there (QD401) or is no SQLite file (QD402)."""
    if not path.is_file():
        raise Problems([problem("QD401", path=path.parent)])
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Problems([problem("QD402", why="it is not an SQLite file")])


def check_form(connection: Connection) -> int:
    """Refuse the file of another program or a damaged one (QD402) and a newer form (QD404); say its form."""
    if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
        raise Problems([problem("QD402", why="it is an SQLite file of another program")])
    form = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    if form > FORM:
        raise Problems([problem("QD404", found=form, known=FORM)])
    verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if verdict != ["ok"]:
        raise Problems([problem("QD402", why=verdict[0])])
    if form < 1:
        raise Problems([problem("QD402", why=f"form {form} was never published")])
    for table in schema().metadata.sorted_tables:
        if form < _SINCE.get(table.name, 1):
            continue
        later = {name for name, since in _COLUMN_SINCE.get(table.name, {}).items() if form < since}
        info = connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")').mappings()
        if missing := {column.name for column in table.columns} - {row["name"] for row in info} - later:
            raise Problems([problem("QD402", why=f"{table.name}: {', '.join(sorted(missing))}?")])
    return form


def own_data_right(meta: Mapping[str, str]) -> bool:
    """Whether the record's own data are those of this form, or of an older one that was brought up to it.

    Each form that a record was brought up to has left an entry; the one of form 2 has no number in its name.

    >>> own_data_right({"study_id": "a", "form": str(FORM)})
    True
    >>> own_data_right({"study_id": "a", "form": "1", "brought_up_to": "2", f"brought_up_to_{FORM}": str(FORM)})
    True
    >>> own_data_right({"study_id": "a", "form": "1", "brought_up_to": "2"})
    False
    """
    made = meta.get("form", "")
    later = {name: value for name, value in meta.items() if name not in ("study_id", "form")}
    allowed = {"brought_up_to": "2"} | {f"brought_up_to_{form}": str(form) for form in range(3, FORM + 1)}
    if "study_id" not in meta or made not in map(str, range(1, FORM + 1)) or not later.items() <= allowed.items():
        return False
    return max(made, *later.values(), key=int) == str(FORM) and all(int(value) > int(made) for value in later.values())


def bring_up(connection: Connection) -> None:
    """Bring a record of an older form to this one, in the caller's transaction; nothing that it holds is changed."""
    sql = schema()
    form = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    for table in sql.metadata.sorted_tables:
        if form < _SINCE.get(table.name, 1):
            table.create(connection)
            _guard(connection, sql, table)
        elif later := [name for name, since in _COLUMN_SINCE.get(table.name, {}).items() if form < since]:
            _add_columns(connection, sql, table, later)
    connection.execute(insert(sql.meta), [{"name": f"brought_up_to_{FORM}", "value": str(FORM)}])
    connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")


def _add_columns(connection: Connection, sql: Schema, table: Table, names: Sequence[str]) -> None:
    """Columns come empty, which changes no hash; the triggers that guard the rows must know them too."""
    for name in names:
        kind = table.columns[name].type.compile(connection.dialect)
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{name}" {kind}')
    of_table = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    for trigger in connection.exec_driver_sql(of_table, (table.name,)).scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    _guard(connection, sql, table)


def _guard(connection: Connection, sql: Schema, table: Table) -> None:
    for trigger in sql.triggers:
        if f' ON "{table.name}" ' in trigger:
            connection.exec_driver_sql(trigger)
