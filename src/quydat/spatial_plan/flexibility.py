"""Drafts of a plan compared by the lower-level proposals that each would let pass without amendment."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from quydat.core.text import Lang
from quydat.spatial_plan.conform import ACCURACY_MM, Conformity, conform
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer
from quydat.spatial_plan.words import breaches


@dataclass(frozen=True)
class Flexibility:
    """How much each draft lets pass.

    Attributes
    ----------
    checks
        Check of each proposal under each draft, by draft, then by proposal.
    """

    checks: dict[str, dict[str, Conformity]]

    def table(self, lang: Lang) -> pd.DataFrame:
        """One row for each draft and proposal: verdict, hectares, aspects broken, and each breach in words."""
        rows = [
            {
                "draft": draft,
                "proposal": proposal,
                "name": found.lower.name_in(lang),
                "verdict": found.verdict,
                "drawn_ha": float(found.laid.lower_ha.sum()),
                "broken_ha": found.hectares["breaks"] + found.hectares["outside"],
                "unknown_ha": found.hectares["unknown"],
                "broken": ";".join(found.broken),
                "why": "\n".join(breaches(found, lang)),
            }
            for draft, own in self.checks.items()
            for proposal, found in own.items()
        ]
        columns = ["draft", "proposal", "name", "verdict", "drawn_ha", "broken_ha", "unknown_ha", "broken", "why"]
        return pd.DataFrame(rows, columns=columns)

    def summary(self) -> pd.DataFrame:
        """One row for each draft: proposals and hectares that pass, that are unknown, that need an amendment."""
        rows = []
        for draft, own in self.checks.items():
            row: dict[str, object] = {"draft": draft, "proposals": len(own)}
            for verdict in ("conforms", "unknown", "breaks"):
                hits = [float(found.laid.lower_ha.sum()) for found in own.values() if found.verdict == verdict]
                row[verdict], row[f"{verdict}_ha"] = len(hits), sum(hits)
            rows.append(row)
        columns = ["draft", "proposals", "conforms", "conforms_ha", "unknown", "unknown_ha", "breaks", "breaks_ha"]
        return pd.DataFrame(rows, columns=columns)


def flexibility(
    drafts: Sequence[PlanLayer], proposals: Sequence[PlanLayer], *, uses: LandUses, accuracy_mm: float = ACCURACY_MM
) -> Flexibility:
    """Check every proposal under every draft.

    A proposal of which something is unknown does not pass and is not counted as broken: it is counted as unknown.

    Raises
    ------
    Problems
        As ``conform``.
    """
    return Flexibility({
        draft.plan_id: {
            proposal.plan_id: conform(proposal, draft, uses=uses, accuracy_mm=accuracy_mm) for proposal in proposals
        }
        for draft in drafts
    })  # fmt: skip
