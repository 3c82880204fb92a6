"""Many programmes simulated: summaries of their draws, the same wherever they are worked out."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.support.sim_programmes import earmarked, some_programme, tied

from quydat.core.parallel import Cluster, Threads
from quydat.core.problem import Problems
from quydat.procedure.hand_over import HandOver
from quydat.programme.simulate.many import LEVELS, Summary, simulate_many, summary_of
from quydat.programme.simulate.programme import (
    Policy,
    SimDelivery,
    SimFunding,
    SimProgramme,
    SimProject,
    SimSource,
    SimSpread,
)
from quydat.programme.simulate.simulate import NEVER_DAY, simulate_days

YEARS = (2026, 2027, 2028)
DAYS = SimSpread(1, 1, 1)


def by_hand() -> SimProgramme:
    """A park that is ready after 100, 200 or 300 days, and one that is too dear; four paths of demand."""
    park = SimProject(
        "park", "city", 0, 0, DAYS, SimSpread(1, 1, 1, (99.0, 199.0, 299.0)), DAYS, DAYS, 1, 1, 2026, 40, 0
    )
    dear = replace(park, project_id="dear", clearance_bn_vnd=5000.0, start_quarter=4)
    funding = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 10.0))})
    demand = np.array([[0.0, 0.0, 0.0], [50.0, 0.0, 0.0], [0.0, 50.0, 0.0], [0.0, 50.0, 0.0]])
    return SimProgramme(YEARS, (dear, park), {"city": SimDelivery(1, 1, 1)}, funding, HandOver(1.0), 0.0, demand)


def same(a: Summary, b: Summary) -> bool:
    return all(pickle.dumps(getattr(a, one.name)) == pickle.dumps(getattr(b, one.name)) for one in fields(Summary))


def test_a_summary_by_hand() -> None:
    (made,) = simulate_many([by_hand()], draws=4000)
    assert (made.years, made.project_ids, made.draws) == (YEARS, ("dear", "park"), 4000)
    # 40 ha in 2026: of four paths one lacks 10 in 2026, two lack 10 in 2027
    assert made.short_share.tolist() == [0.25, 0.75, 0.75]
    assert made.first_short.tolist() == [2026, 2027, 2029], "a quarter, a half, and a quarter never"
    assert made.of("shortage_ha").tolist() == [[0, 0, 0], [0, 10, 10], [10, 10, 10]]
    assert made.mean[:, 0].tolist() == pytest.approx([30, 2.5, 40, 8, 2, 0], abs=1e-5)
    assert made.dry_share.tolist() == [0, 0, 0]
    assert made.ready_share.tolist() == [0, 1]
    # Beside a day of procedure 199 days of clearance on average, evenly about them, and a day of works
    assert np.isnan(made.mean_ready_day[0]) and made.mean_ready_day[1] == pytest.approx(200, abs=0.5)


def test_summaries_come_in_order_and_are_those_of_the_draws() -> None:
    programmes = [tied(earmarked(some_programme(seed, policy=Policy.SKIP), seed), seed) for seed in range(5)]
    made = simulate_many(programmes, draws=900, runner=Threads(3))
    for one, programme in zip(made, programmes, strict=True):
        whole = simulate_days(programme, draws=900)
        assert same(one, summary_of(whole))
        for name in ("closing_ha", "balance_bn_vnd"):
            expected = np.sort(whole.of(name).astype(float), axis=1)
            for level, found in zip(LEVELS, one.of(name), strict=True):
                at = level * 899  # between two draws: linear
                below = expected[:, int(at)]
                wanted = below + (at - int(at)) * (expected[:, int(at) + 1] - below)
                np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-3)
        for row, project in enumerate(whole.ready_day):
            days = [int(day) for day in project if day != NEVER_DAY]
            assert one.ready_share[row] == len(days) / 900
            assert np.isnan(one.mean_ready_day[row]) if not days else True
            if days:
                assert one.mean_ready_day[row] == pytest.approx(sum(days) / len(days))


def test_what_is_wrong_with_any_of_them_is_said_once() -> None:
    good = by_hand()
    bad = replace(good, opening_ha=-1.0)
    worse = replace(good, opening_ha=-1.0, projects=(replace(good.projects[0], price_year=None),))
    with pytest.raises(Problems) as caught:
        simulate_many([good, bad, worse], draws=10)
    assert [one.number for one in caught.value.found] == ["QD786", "QD782"]


@pytest.mark.long  # the workers compile the kernels anew
def test_a_cluster_gives_the_bytes_of_one_machine() -> None:
    """Two workers of their own process over loopback."""
    import distributed

    programmes = [tied(some_programme(seed, policy=policy), seed) for seed in range(4) for policy in Policy]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        there = simulate_many(programmes, draws=5000, runner=Cluster(cluster.scheduler_address))
    here = simulate_many(programmes, draws=5000, runner=Threads(2))
    assert len(there) == len(here) == 12
    assert all(same(one, other) for one, other in zip(there, here, strict=True))
