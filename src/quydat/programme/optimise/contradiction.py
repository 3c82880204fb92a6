"""What cannot be, seen without solving: circles, projects that must start and may not, numbers without sense."""

import numpy as np

from quydat.core.problem import NOWHERE, raise_if
from quydat.core.problem import Problem as Wrong
from quydat.core.problem import problem as wrong
from quydat.core.text import number
from quydat.programme.optimise.kernels import place, shortages, tail_weights
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import Problem

WORDS = {
    "probability": ("xác suất của các kịch bản", "probability of the scenarios"),
    "demand_ha": ("nhu cầu", "demand"),
    "opening_ha": ("đất sạch đầu kỳ", "clean land at the beginning"),
    "budget_bn_vnd": ("ngân sách", "budget"),
    "loan_bn_vnd": ("hạn mức vay", "limit of the loan"),
    "interest": ("lãi suất", "interest"),
    "safe_share": ("tỷ lệ an toàn vốn", "share in which the money is safe"),
    "tail_share": ("tỷ lệ của các kịch bản xấu nhất", "share of the tail"),
    "shortage_weight": ("trọng số thiếu hụt", "weight of the shortage"),
    "ready": ("thời gian hoàn thành", "time until ready"),
    "land": ("đất theo thời gian", "land over time"),
    "spending": ("chi theo thời gian", "spending over time"),
    "receipts": ("thu theo thời gian", "receipts over time"),
}
"""What can have a value without sense, in Vietnamese and English."""


def contradictions(problem: Problem) -> list[Wrong]:
    """All that cannot be; numbers without sense alone, if there are any."""
    found = [wrong("QD793", what_vi=WORDS[what][0], what_en=WORDS[what][1]) for what in _senseless(problem)]
    if found:
        return found
    circle = _circle(problem)
    if circle:
        found.append(wrong("QD790", projects=" → ".join(problem.projects[i] for i in circle)))
    for i in np.flatnonzero(problem.must & ~problem.allowed.any(axis=(1, 2))):
        found.append(wrong("QD791", project=problem.projects[i]))
    for limit in problem.limits:
        most = float(limit.capacity.max())
        for i in np.flatnonzero(problem.must):
            use = np.where(problem.allowed[i].any(axis=1) & (limit.held[i] > 0), limit.use[i], np.inf).min()
            if np.isfinite(use) and use > most:
                found.append(
                    wrong(
                        "QD795",
                        NOWHERE,
                        project=problem.projects[i],
                        limit=limit.name,
                        **_said(use=float(use), most=most),
                    )
                )
    found += _beyond_all_land(problem)
    shares = sum(one.share for one in problem.equities if not _shared(problem, one.members))
    if shares > 1 + 1e-9:
        found.append(wrong("QD796", NOWHERE, **_said(decimals=3, share=float(shares))))
    return found


def check(problem: Problem) -> None:
    """Raise all contradictions at once.

    Raises
    ------
    Problems
        QD790, QD791, QD793, QD794, QD795 or QD796.
    """
    raise_if(contradictions(problem))


def _said(*, decimals: int = 1, **amounts: float) -> dict[str, str]:
    """Amounts as each language writes them."""
    return {
        f"{name}_{lang}": number(amount, lang, decimals=decimals)
        for name, amount in amounts.items()
        for lang in ("vi", "en")
    }


def _beyond_all_land(problem: Problem) -> list[Wrong]:
    """Limits on the shortage that even all projects at once, each at its best in each period, do not reach."""
    p = pack(problem)
    most = np.zeros_like(p.need)
    for i in range(len(p.must)):
        best = np.zeros_like(p.need)
        for m in np.flatnonzero(problem.allowed[i].any(axis=1)):
            land = np.zeros_like(p.need)
            place(p, i, int(m), int(np.argmax(problem.allowed[i, m])), 1.0, land, np.zeros_like(land))
            best = np.maximum(best, land)
        most += best
    short, share = np.empty(len(most)), np.empty(len(most))
    shortages(p, most, short)
    reached = {
        "shortage_limit": float(short @ p.probability),
        "tail_limit": float(tail_weights(short, p.probability, p.tail_share, share)),
    }
    limits = {name: float(getattr(problem.goal, name)) for name in reached}
    return [
        wrong("QD794", NOWHERE, **_said(least=reached[name], limit=limit, lacking=reached[name] - limit))
        for name, limit in limits.items()
        if reached[name] > limit + 1e-6
    ]


def _shared(problem: Problem, members: np.ndarray) -> bool:
    """Whether projects of a district are in another one too."""
    times = np.sum([one.members for one in problem.equities], axis=0)
    return bool((times[members] > 1).any())


def _senseless(problem: Problem) -> list[str]:
    """Names of what has a value that cannot be."""
    money, flows = problem.money, (problem.land, problem.spending, problem.receipts)
    tests = {
        "probability": (problem.probability >= 0).all() and abs(problem.probability.sum() - 1) < 1e-6,
        "demand_ha": np.isfinite(problem.demand_ha).all() and (problem.demand_ha >= 0).all(),
        "opening_ha": np.isfinite(problem.opening_ha).all(),
        "budget_bn_vnd": np.isfinite(money.budget_bn_vnd).all(),
        "loan_bn_vnd": np.isfinite(money.loan_bn_vnd).all() and (money.loan_bn_vnd >= 0).all(),
        "interest": money.interest >= 0,
        "safe_share": 0 <= money.safe_share <= 1,
        "tail_share": 0 <= problem.goal.tail_share <= 1,
        "shortage_weight": (problem.shortage_weight >= 0).all(),
        "ready": (problem.ready >= 0).all(),
    }
    for name, flow in zip(("land", "spending", "receipts"), flows, strict=True):
        known = np.isfinite(flow.profile).all() and np.isfinite(flow.scale).all()
        tests[name] = known and (flow.lag >= 0).all() and (flow.row < len(flow.profile)).all() and (flow.row >= 0).all()
    return [name for name, right in tests.items() if not right]


def _circle(problem: Problem) -> list[int]:
    """Projects that wait for each other in a circle, or none."""
    later: dict[int, list[int]] = {}
    for q in problem.precedences:
        later.setdefault(q.before, []).append(q.after)
    done: set[int] = set()

    def walk(i: int, path: list[int]) -> list[int]:
        if i in path:
            return [*path[path.index(i) :], i]
        if i not in done:
            for j in later.get(i, []):
                if found := walk(j, [*path, i]):
                    return found
            done.add(i)
        return []

    for i in sorted(later):
        if found := walk(i, []):
            return found
    return []
