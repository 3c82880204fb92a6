"""Reports of a run, in the form that the suffix of the file names."""

from collections.abc import Callable, Mapping
from pathlib import Path

from quydat.app.permission import Actor, require
from quydat.app.run import Run
from quydat.app.write import write_html, write_workbook
from quydat.core.problem import problem, raise_if
from quydat.core.text import Lang
from quydat.report.snapshot import Snapshot

WRITERS: Mapping[str, Callable[[Path, Snapshot, Lang], None]] = {".html": write_html, ".xlsx": write_workbook}


def write_report(run: Run, path: Path, *, kind: str, lang: Lang, actor: Actor | None = None) -> Path:
    """Write the report of a run.

    Parameters
    ----------
    kind
        ``mid-term``: the report that the city owes at mid-term.

    Raises
    ------
    Problems
        QD605 for a suffix that no writer knows, QD607 for a run that stopped before the last step; QD406, QD108. What
        stood at ``path`` is then as it was.
    """
    require(actor or run.actor, "report")
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise_if([problem("QD605", suffix=path.suffix or path.name, known=", ".join(WRITERS))])
    assert writer is not None
    writer(path, run.snapshot(), lang)
    return path
