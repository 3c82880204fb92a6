"""The law as dated data: an engine with no law in it, and packs that a lawyer can read and change."""

from quydat.law.cases import CaseResult, run_case
from quydat.law.coverage import coverage
from quydat.law.evaluate import evaluate
from quydat.law.finding import Finding
from quydat.law.findings import Findings
from quydat.law.pack import Pack, load_pack, pack_of
from quydat.law.subjects import Subjects

__all__ = [
    "CaseResult", "Finding", "Findings", "Pack", "Subjects", "coverage", "evaluate", "load_pack", "pack_of", "run_case",
]  # fmt: skip
