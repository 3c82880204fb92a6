"""What a check of plans says in words, in Vietnamese and English."""

from collections.abc import Iterator
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label
from quydat.spatial_plan.compare import RANGES
from quydat.spatial_plan.conform import Conformity
from quydat.spatial_plan.land_use import listed
from quydat.spatial_plan.shares import ROUNDING_HA, WHOLE

_NAMED = 4


def breaches(found: Conformity, lang: Lang) -> list[str]:
    """Each thing that breaks the plan above or cannot be judged, one sentence each; land first, the largest first."""
    return [*_of_land(found, lang), *_of_shares(found, lang), *_of_lines(found, lang), *_unknown(found, lang)]


def _of_land(found: Conformity, lang: Lang) -> Iterator[str]:
    low, high = (plan.areas.set_index("area_id") for plan in (found.lower, found.upper))
    rows = found.differences[found.differences["aspects"] != "line"]
    grouped: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows.sort_values(["ha", "lower_area"], ascending=[False, True], kind="stable").to_dict("records"):
        if row["finding"] == "outside":
            grouped.setdefault(("", ""), {})[row["lower_area"]] = row["ha"]
            continue
        lower, upper = low.loc[row["lower_area"]], high.loc[row["upper_area"]]
        for aspect in row["aspects"].split(";"):
            what = _use(found, lower, upper, lang) if aspect == "use" else _range(aspect, lower, upper, lang)
            grouped.setdefault((row["upper_area"], what), {})[row["lower_area"]] = row["ha"]
    for (above, what), areas in sorted(grouped.items(), key=lambda one: -sum(one[1].values())):
        key = "plan.breaks" if what else "plan.outside"
        yield say(key, lang, **_areas(areas, lang), upper=above, what=what)


def _areas(areas: dict[str, float], lang: Lang) -> dict[str, str]:
    """Names of the first areas and how many more there are, with the hectares of all."""
    names = ", ".join(list(areas)[:_NAMED])
    if len(areas) > _NAMED:
        names = say("plan.and_more", lang, names=names, count=len(areas) - _NAMED)
    return {"area": names, "ha": number(sum(areas.values()), lang, decimals=2)}


def _use(found: Conformity, lower: Any, upper: Any, lang: Lang) -> str:
    def names(row: Any) -> str:
        codes = dict.fromkeys((str(row["land_use"]), *listed(row["allowed_uses"])))
        return ", ".join(found.uses.label(code, lang) for code in codes)

    return say("plan.use", lang, drawn=names(lower), allowed=names(upper))


def _range(aspect: str, lower: Any, upper: Any, lang: Lang) -> str:
    drawn, allowed = (span(aspect, row[RANGES[aspect][0]], row[RANGES[aspect][1]], lang) for row in (lower, upper))
    return say("plan.range", lang, aspect=choice_label("plan_aspect", aspect, lang), drawn=drawn, allowed=allowed)


def span(aspect: str, low: float, high: float, lang: Lang) -> str:
    """A range as people write it; one number where both ends are the same."""
    factor, unit, decimals = {"site_coverage": (100, " %", 0), "storeys": (1, "", 0), "share": (1, " ha", 2)}.get(
        aspect, (1, "", 2)
    )
    ends = [number(end * factor, lang, decimals=decimals) if end == end else None for end in (low, high)]
    if ends[0] is None and ends[1] is None:
        return say("plan.unstated", lang)
    if ends[0] == ends[1]:
        return f"{ends[0]}{unit}"
    if ends[0] is None:
        return say("plan.at_most", lang, value=f"{ends[1]}{unit}")
    if ends[1] is None:
        return say("plan.at_least", lang, value=f"{ends[0]}{unit}")
    return f"{ends[0]}–{ends[1]}{unit}"


def _of_shares(found: Conformity, lang: Lang) -> Iterator[str]:
    for row in found.shares[found.shares["finding"] != "free"].to_dict("records"):
        if row["finding"] == "agrees":
            continue
        where = say("plan.whole", lang) if row["area_id"] == WHOLE else say("plan.in_area", lang, area=row["area_id"])
        aspect = row["aspect"]
        what = choice_label("plan_aspect", aspect, lang)
        if aspect == "share":
            what = found.uses.label(str(row["land_use"]), lang)
        key = "plan.share" if row["finding"] == "breaks" else "plan.share_unknown"
        drawn, allowed = span(aspect, row["drawn"], row["drawn"], lang), span(aspect, row["least"], row["most"], lang)
        left = number(row["open"], lang, decimals=2)
        more = say("plan.still_open", lang, ha=left) if aspect == "share" and row["open"] > ROUNDING_HA else ""
        yield say(key, lang, where=where, what=what, drawn=drawn, allowed=allowed) + more


def _of_lines(found: Conformity, lang: Lang) -> Iterator[str]:
    names = found.upper.lines.set_index("line_id")["name_vi"]
    for row in found.lines.rows[found.lines.rows["finding"] == "breaks"].to_dict("records"):
        kind = choice_label("plan_line_kind", row["line_kind"], lang)
        name = names[row["line_id"]]
        shown = f"{kind} {row['line_id']}" + (f" ({name})" if name == name and name is not None else "")
        for why in row["why"].split(";"):
            facts = {
                "line": shown,
                "off": number(row["off_m"], lang, decimals=0),
                "moved": number(row["moved_m"], lang, decimals=1),
                "length": number(row["length_m"], lang, decimals=0),
                "width": number(row["width_m"], lang, decimals=1),
                "drawn": number(row["drawn_width_m"], lang, decimals=1),
                "ha": number(row["blocked_ha"], lang, decimals=2),
            }
            yield say(f"plan.line.{why}", lang, **facts)


def _unknown(found: Conformity, lang: Lang) -> Iterator[str]:
    """What the plan above asks for and the lower one does not say, gathered by area above and by what is asked."""
    rows = found.pairs[(found.pairs["finding"] == "unknown").to_numpy(bool)]
    low, high = (plan.areas for plan in (found.lower, found.upper))
    grouped: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows.sort_values("ha", ascending=False, kind="stable").to_dict("records"):
        lower, upper = low.iloc[row["lower"]], high.iloc[row["upper"]]
        asked = [choice_label("plan_aspect", name, lang) for name in RANGES if row[name] == "unknown"]
        missing = sorted({*listed(upper["conditions"])} - {*listed(lower["conditions_met"])})
        asked += [choice_label("plan_condition", code, lang) for code in missing if row["condition"] == "unknown"]
        grouped.setdefault((str(upper["area_id"]), ", ".join(asked)), {})[str(lower["area_id"])] = row["ha"]
    for (above, what), areas in grouped.items():
        yield say("plan.asks", lang, **_areas(areas, lang), upper=above, what=what)
    for row in found.lines.rows[found.lines.rows["finding"] == "unknown"].to_dict("records"):
        kind = choice_label("plan_line_kind", row["line_kind"], lang)
        yield say("plan.line.width_unknown", lang, line=f"{kind} {row['line_id']}")


def summary(found: Conformity, lang: Lang) -> str:
    """The verdict in one sentence, with the hectares."""
    ha = {name: number(value, lang, decimals=2) for name, value in found.hectares.items()}
    whole = number(float(found.laid.lower_ha.sum()), lang, decimals=2)
    plans = {"lower": found.lower.plan_id, "upper": found.upper.plan_id}
    return say(f"plan.verdict.{found.verdict}", lang, **plans, whole=whole, **ha)
