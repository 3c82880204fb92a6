"""A disk that can lose power: every write of SQLite is logged, and any moment of it can be built up again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

import apsw
from tests.support import apsw_dbapi

from quydat.store.engine import Driver

VFS = "quydat-log"
SECTOR = 512


@dataclass(frozen=True)
class Step:
    """One thing that SQLite asked of the disk; ``sure`` of a delete: with the folder flushed."""

    what: Literal["write", "truncate", "sync", "delete"]
    file: str
    offset: int = 0
    data: bytes = b""
    sure: bool = False


def driver(log: list[Step], *, cache_pages: int) -> Driver:
    """Driver whose writes go to ``log`` too. A small cache makes SQLite write before the commit."""

    def connect(path: Path) -> apsw_dbapi.Connection:
        database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=VFS)
        database.execute(f"PRAGMA cache_size = {cache_pages}")
        return apsw_dbapi.Connection(database)

    _Vfs.log = log
    return Driver(module=apsw_dbapi, connect=connect)


@contextmanager
def logging_vfs() -> Iterator[None]:
    """Have SQLite know the logging file layer while the block runs."""
    vfs = _Vfs()
    try:
        yield
    finally:
        vfs.unregister()


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: Any, log: list[Step]) -> None:
        super().__init__("", name, flags)
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name).name
        self._log = log

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._log.append(Step("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._log.append(Step("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._log.append(Step("sync", self._name))
        super().xSync(flags)


class _Vfs(apsw.VFS):
    log: list[Step]

    def __init__(self) -> None:
        super().__init__(VFS, "")

    def xOpen(self, name: Any, flags: Any) -> _File:  # noqa: N802
        return _File(name, flags, self.log)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        self.log.append(Step("delete", Path(name).name, sure=bool(sync_folder)))
        super().xDelete(name, sync_folder)


@dataclass
class Disk:
    """What the disk holds for sure, and what it was told since the last flush of each file."""

    sure: dict[str, bytes]
    waiting: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        if step.what == "sync":
            self.sure[step.file] = self._with(step.file, self.waiting.pop(step.file, []))
        elif step.what == "delete" and step.sure:
            self.waiting.pop(step.file, None)
            self.sure.pop(step.file, None)
        else:
            self.waiting.setdefault(step.file, []).append(step)

    def all_written(self) -> dict[str, bytes]:
        """Files if the disk had carried out everything."""
        return self._files(self.waiting)

    def flushed_only(self) -> dict[str, bytes]:
        """Files if everything since the last flush is lost."""
        return dict(self.sure)

    def some_written(self, random: Random) -> dict[str, bytes]:
        """Files if any of the waiting writes were carried out, some of them cut at a sector."""
        kept: dict[str, list[Step]] = {}
        for file, steps in self.waiting.items():
            chosen = [step for step in steps if random.random() < 0.5]
            kept[file] = [_torn(s, random) if s.what == "write" and random.random() < 0.3 else s for s in chosen]
        return self._files(kept)

    def _files(self, waiting: dict[str, list[Step]]) -> dict[str, bytes]:
        files = {name: self._with(name, waiting.get(name, [])) for name in self.sure | waiting}
        gone = {name for name, steps in waiting.items() if steps and steps[-1].what == "delete"}
        made = {name for name, steps in waiting.items() if steps} | set(self.sure)
        return {name: content for name, content in files.items() if name in made - gone}

    def _with(self, file: str, steps: list[Step]) -> bytes:
        content = bytearray(self.sure.get(file, b""))
        for step in steps:
            if step.what == "delete":
                content.clear()
            elif step.what == "truncate":
                del content[step.offset :]
                content.extend(bytes(step.offset - len(content)))
            else:
                content.extend(bytes(max(0, step.offset - len(content))))
                content[step.offset : step.offset + len(step.data)] = step.data
        return bytes(content)


def _torn(step: Step, random: Random) -> Step:
    sectors = len(step.data) // SECTOR
    return Step("write", step.file, step.offset, step.data[: SECTOR * random.randint(0, sectors)])
