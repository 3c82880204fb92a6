"""What a file must be to be a record, and how an empty one is made."""

from pathlib import Path

from sqlalchemy import Connection, insert

from quydat.core.problem import Problems, problem
from quydat.store.engine import Driver, engine_of, writing
from quydat.store.schema import APPLICATION_ID, FORM, schema

_MAGIC = b"SQLite format 3\0"
_SINCE = {"segment": 2, "spatial_plan": 3}
"""Form from which on a record has a table, if not from the first."""


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
        info = connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")').mappings()
        if missing := {column.name for column in table.columns} - {row["name"] for row in info}:
            raise Problems([problem("QD402", why=f"{table.name}: {', '.join(sorted(missing))}?")])
    return form


def brought_up_to(form: int) -> str:
    """Name under which the meta data tell that a record was brought up to a form; each is told once.

    >>> brought_up_to(2), brought_up_to(3)
    ('brought_up_to', 'brought_up_to_3')
    """
    return "brought_up_to" if form == _FIRST_STEP else f"brought_up_to_{form}"


_FIRST_STEP = 2
"""The first form to which records were brought up, before its number was part of the name."""


def bring_up(connection: Connection) -> None:
    """Bring a record of an older form to this one, in the caller's transaction; nothing that it holds is changed."""
    sql = schema()
    form = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    for table in sql.metadata.sorted_tables:
        if form < _SINCE.get(table.name, 1):
            table.create(connection)
            for trigger in sql.triggers:
                if f'ON "{table.name}"' in trigger:
                    connection.exec_driver_sql(trigger)
    connection.execute(insert(sql.meta), [{"name": brought_up_to(FORM), "value": str(FORM)}])
    connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")
