"""The field form of a study, and the list of establishments that it fills in."""

from pathlib import Path
from typing import TYPE_CHECKING

from quydat.app.permission import require
from quydat.formats.xlsform import write_entities, write_xlsform
from quydat.survey.personal import without_persons

if TYPE_CHECKING:
    from quydat.app.study import Study


def write_form(study: "Study", path: Path, *, version: str, entities: Path | None = None) -> list[Path]:
    """Write the XLSForm, and the entity list if it is asked for; returns the files written."""
    require(study.actor, "template")
    write_xlsform(path, version=version)
    if entities is None:
        return [path]
    write_entities(entities, without_persons(study.survey.stock().establishments, "establishment"))
    return [path, entities]
