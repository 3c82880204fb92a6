"""Commands on a study and its record."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, print_json, table

if TYPE_CHECKING:
    from quydat.store.changes import ChangeSet

_BASES = ("published", "surveyed", "estimated", "assumed", "illustrative")
_DAY = click.DateTime(["%Y-%m-%d"])
_FOLDER = click.Path(path_type=Path, file_okay=True)
_FILE = click.Path(path_type=Path)


def add_study_commands(make: Maker) -> None:
    """Add init, check, import, export, history, undo and template."""
    lang, say = make.lang, make.say

    @make.command("init")
    @make.argument("folder", text="folder", type=_FOLDER)
    @make.option("--case", text="case", default="hcmc", show_default=True)
    def _init(folder: Path, case: str, as_json: bool) -> None:
        from quydat.app.study import init_study

        made = init_study(folder, case=case)
        counts = {name: len(rows) for name, rows in made.tables().items()}
        if as_json:
            print_json({"study": made.folder, "rows": counts})
        else:
            line(say("cli.study_made", path=made.folder, tables=len(counts), rows=sum(counts.values())))
            line(say("cli.next", command=f"quydat plan {folder}"))

    @make.command("check")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--file", "file", text="file", type=_FILE)
    @make.option("--as", "name", text="as")
    @make.option("--layer", text="layer")
    def _check(study: Path, file: Path | None, name: str | None, layer: str | None, as_json: bool) -> None:
        from quydat.app.study import Study
        from quydat.core.problem import raise_if

        opened = Study(study.parent if study.name == "study.toml" else study)
        raise_if(opened.check() if file is None else opened.check_file(file, table=name, layer=layer))
        print_json({"problems": []}) if as_json else line(say("cli.no_problems"))

    @make.command("import")
    @make.argument("files", text="files", type=_FILE, nargs=-1, required=True)
    @make.option("--as", "name", text="as")
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--layer", text="layer")
    @make.option("--mapping", text="mapping", type=_FILE)
    @make.option("--save-mapping", "save", text="save_mapping", type=_FILE)
    @make.option("--crs", text="crs", type=int, metavar="EPSG")
    @make.option("--encoding", text="encoding")
    @make.option("--source", "origin", text="origin", default="")
    @make.option("--observed-on", text="observed_on", type=_DAY)
    @make.option("--basis", text="basis", type=click.Choice(_BASES), default="surveyed", show_default=True)
    @make.option("--reason", text="reason", default="")
    @make.option("--yes", text="yes", is_flag=True)
    def _import(
        files: tuple[Path, ...], name: str | None, study: Path, layer: str | None, mapping: Path | None,
        save: Path | None, crs: int | None, encoding: str | None, origin: str, observed_on: datetime | None,
        basis: str, reason: str, yes: bool, as_json: bool,
    ) -> None:  # fmt: skip
        from quydat.app.study import open_study
        from quydat.dictionary.schema import tables

        opened = open_study(study)
        if name == "programme":
            from quydat.cli.programme_edits_show import import_programme

            _refuse_survey_options(
                mapping=mapping, save=save, crs=crs, encoding=encoding, source=origin, day=observed_on, layer=layer
            )
            import_programme(make, opened, files, yes=yes, reason=reason, as_json=as_json)
            return
        if name in tables() and tables()[name].kind == "survey":
            from quydat.app.mapping_file import read_mappings
            from quydat.app.survey_files import Said
            from quydat.cli.survey_commands import import_survey

            said = Said(
                origin=origin,
                basis=basis,
                observed_on=observed_on.date() if observed_on else None,
                epsg=crs,
                encoding=encoding,
                layer=layer,
                mappings=read_mappings(mapping) if mapping else None,
            )
            import_survey(make, opened, files, name, said, save=save, yes=yes, reason=reason, as_json=as_json)
            return
        _refuse_survey_options(mapping=mapping, save=save, crs=crs, encoding=encoding, source=origin, day=observed_on)
        if not yes:
            would = opened.preview(files, table=name, layer=layer)
            if as_json:
                print_json({"change_sets": [], "would_bring": {one: rows for one, (rows, _) in would.items()}})
                return
            for table_name, (rows, file) in would.items():
                line(say("cli.would_change", rows=rows, table=table_name, file=file))
            return
        change = opened.import_files(files, reason=reason, table=name, layer=layer)
        print_json({"change_sets": [vars(change)]}) if as_json else line(_changed(make, change))

    @make.command("export")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--out", text="out_file", type=_FILE, required=True)
    def _export(study: Path, out: Path, as_json: bool) -> None:
        from quydat.app.study import open_study

        path = open_study(study).export(out, lang=lang)
        print_json({"path": path}) if as_json else line(say("cli.written", path=path))

    @make.command("history")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--verify", text="verify", is_flag=True)
    def _history(study: Path, verify: bool, as_json: bool) -> None:
        from quydat.app.study import open_study
        from quydat.core.problem import raise_if

        opened = open_study(study)
        rows = opened.history().to_dict("records")
        if verify:
            raise_if(opened.verify())
        if as_json:
            print_json({"change_sets": rows})
            return
        headings = [say(f"cli.column.{name}") for name in ("number", "at", "actor", "rows", "source", "reason")]
        table(headings, [_history_row(row) for row in rows])
        if verify:
            line(say("cli.chain_whole"))

    @make.command("undo")
    @make.argument("study", text="study", type=_FOLDER)
    @make.argument("number", text="number", type=int)
    @make.option("--reason", text="reason", default="")
    @make.option("--yes", text="yes", is_flag=True)
    def _undo(study: Path, number: int, reason: str, yes: bool, as_json: bool) -> None:
        from quydat.app.study import open_study

        opened = open_study(study)
        if not yes:
            about = opened.change(number)
            facts = {"number": number, "rows": about["rows_added"] + about["rows_changed"] + about["rows_withdrawn"]}
            if as_json:
                print_json({"would_undo": about})
            else:
                line(say("cli.would_undo", **facts, source=about["source"], reason=about["reason"]))
            return
        change = opened.undo(number, reason=reason)
        print_json({"change_sets": [vars(change)]}) if as_json else line(_changed(make, change))

    @make.command("template")
    @make.argument("names", text="tables", metavar="[TABLE]...", nargs=-1)
    @make.option("--out", text="out_file", type=_FILE, required=True)
    def _template(names: tuple[str, ...], out: Path, as_json: bool) -> None:
        from quydat.app.template import write_template

        path = write_template(out, names=names, lang=lang)
        print_json({"path": path}) if as_json else line(say("cli.written", path=path))


def _refuse_survey_options(**given: object) -> None:
    """Options that mean something for tables of the survey only must not be taken in silence."""
    from quydat.core.problem import Problems, problem

    said = [name for name, value in given.items() if value not in (None, "")]
    if said:
        raise Problems([problem("QD296", options=", ".join(said))])


def _changed(make: Maker, change: "ChangeSet") -> str:
    return make.say(
        "cli.changed",
        number=change.number,
        added=change.rows_added,
        changed=change.rows_changed,
        withdrawn=change.rows_withdrawn,
    )


def _history_row(row: dict[Any, Any]) -> list[str]:
    counts = "/".join(str(row[f"rows_{what}"]) for what in ("added", "changed", "withdrawn"))
    at = row["at"].strftime("%Y-%m-%d %H:%M:%S")
    return [str(row["number"]), at, str(row["actor"]), counts, str(row["source"]), str(row["reason"])]
