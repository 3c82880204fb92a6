"""The law as dated data: an engine with no law in it, and packs that a lawyer can read and change."""

from quydat.law.evaluate import evaluate
from quydat.law.finding import Finding
from quydat.law.findings import Findings
from quydat.law.pack import Pack, load_pack, pack_of
from quydat.law.subjects import Subjects

__all__ = ["Finding", "Findings", "Pack", "Subjects", "evaluate", "load_pack", "pack_of"]
