"""From decisions on pairs to establishments: which observations are one, and where decisions contradict each other."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.core.problem import Problem, problem
from quydat.survey.decide import in_force

Ints = NDArray[np.int64]
Links = Mapping[int, Iterable[int]]


@dataclass(frozen=True)
class Clusters:
    """Establishments.

    Attributes
    ----------
    establishment_id
        For each observation, by its id as index in the order given: the first observation, in that order, of its establishment.
    contradictions
        QD250 and QD251, by ids.
    """

    establishment_id: "pd.Series[str]"
    contradictions: tuple[Problem, ...]


def components(n: int, one: Ints, other: Ints) -> Ints:
    """The smallest member of the component of each of n nodes.

    Parameters
    ----------
    one, other
        Ends of the links, shape (links,).

    Notes
    -----
    Hooking and pointer jumping (Shiloach and Vishkin, 1982), on whole arrays.

    >>> components(5, np.array([3, 1]), np.array([4, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    parent = np.arange(n)
    while True:
        a, b = parent[one], parent[other]
        apart = a != b
        if not apart.any():
            return parent
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while (parent != parent[parent]).any():
            parent = parent[parent]


def clusters(ids: "pd.Series[str]", decisions: pd.DataFrame) -> Clusters:
    """Which observations are one establishment, by the decisions in force.

    Observations are joined by decisions «the same». Where that would join two that a person has called different:

    * the person's «different» always holds;
    * links by rules are taken up from the most probable down (equal ones by ids), and one that would join the two is not used:
      so it is the weakest link of the chain that falls (QD251);
    * where persons' own decisions «the same» join the two, all persons' decisions «the same» of that group wait until the
      contradiction is settled (QD250): nothing is merged and nothing is parted in silence.

    Parameters
    ----------
    ids
        Ids of the observations, unique; decisions on others are not used.
    decisions
        Table ``match_decision``.

    >>> from quydat.survey.decide import by_person
    >>> joined = clusters(pd.Series(["b", "a", "c"]), by_person("a", "b", "same"))
    >>> joined.establishment_id.to_dict()
    {'b': 'b', 'a': 'b', 'c': 'c'}
    """
    kept = in_force(decisions)
    place = pd.Index(ids)
    one, other = place.get_indexer(kept["left_id"]), place.get_indexer(kept["right_id"])
    here = (one >= 0) & (other >= 0)
    kept, one, other = kept[here], one[here].astype(np.int64), other[here].astype(np.int64)
    same = (kept["decision"] == "same").to_numpy()
    person = (kept["by"] == "person").to_numpy()
    share = kept["probability_share"].fillna(0.0).to_numpy(dtype=float)
    problems: list[Problem] = []
    use = same.copy()
    apart = np.stack([one, other], axis=1)[~same]

    by_persons = components(len(place), one[same & person], other[same & person])
    torn = by_persons[apart[:, 0]] == by_persons[apart[:, 1]]
    links = _links(one[same & person], other[same & person])
    for a, b in apart[torn].tolist():
        problems.append(problem("QD250", left=place[a], right=place[b], chain=_told(_chain(links, a, b), place)))
    use &= ~(person & np.isin(by_persons[one], by_persons[apart[torn, 0]]))

    group = components(len(place), one[use], other[use])
    against = apart[group[apart[:, 0]] == group[apart[:, 1]]]
    inside = np.isin(group[one], np.unique(group[against[:, 0]])) & use
    order = np.flatnonzero(inside)
    order = order[np.lexsort((other[order], one[order], -share[order], ~person[order]))]
    fallen, found = _joined(order.tolist(), one, other, apart)
    use[fallen] = False
    for link, a, b, chain in found:
        dropped = f"{place[one[link]]} – {place[other[link]]}"
        problems.append(problem("QD251", left=place[a], right=place[b], chain=_told(chain, place), dropped=dropped))
    problems.sort(key=lambda p: (p.number, p.facts["left"], p.facts["right"]))
    made = components(len(place), one[use], other[use])
    return Clusters(pd.Series(place.to_numpy()[made], index=place, dtype="str", name="establishment_id"), tuple(problems))


def _joined(
    order: list[int], one: Ints, other: Ints, apart: Ints
) -> tuple[list[int], list[tuple[int, int, int, list[int]]]]:
    """Links that may not be used, taken up in an order; and what each would have joined, by which chain."""
    members: dict[int, list[int]] = {}
    root: dict[int, int] = {}
    foes: dict[int, set[int]] = defaultdict(set)
    for a, b in apart.tolist():
        foes[a].add(b)
        foes[b].add(a)
    links: dict[int, list[int]] = defaultdict(list)
    fallen, found = [], []
    for link in order:
        a, b = int(one[link]), int(other[link])
        first, second = root.setdefault(a, a), root.setdefault(b, b)
        left, right = members.setdefault(first, [first]), members.setdefault(second, [second])
        if first == second:
            links[a].append(b)
            links[b].append(a)
            continue
        small, large = (left, right) if len(left) <= len(right) else (right, left)
        among = set(large)
        torn = sorted((min(x, y), max(x, y)) for x in small for y in foes.get(x, ()) if y in among)
        links[a].append(b)
        links[b].append(a)
        if torn:
            found += [(link, x, y, _chain(links, x, y)) for x, y in torn]
            links[a].pop()
            links[b].pop()
            fallen.append(link)
            continue
        keep = root[large[0]]
        for node in small:
            root[node] = keep
        members.pop(first if keep == second else second)
        members[keep] = large + small
    return fallen, found


def _links(one: Ints, other: Ints) -> dict[int, list[int]]:
    made: dict[int, list[int]] = defaultdict(list)
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        made[a].append(b)
        made[b].append(a)
    return made


def _chain(links: Links, start: int, end: int) -> list[int]:
    """A shortest chain of links from one node to another that it reaches."""
    came, waiting = {start: start}, deque([start])
    while end not in came:
        node = waiting.popleft()
        for near in sorted(links.get(node, ())):
            if near not in came:
                came[near] = node
                waiting.append(near)
    chain = [end]
    while chain[-1] != start:
        chain.append(came[chain[-1]])
    return chain[::-1]


def _told(chain: list[int], place: "pd.Index[str]") -> str:
    return " – ".join(str(place[node]) for node in chain)
