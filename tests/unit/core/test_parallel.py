"""Threads and clusters: in order, few at once, and told plainly if there is no cluster."""

import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from quydat.balance.ensemble import PART, run_ensemble
from quydat.core.parallel import Cluster, Threads
from quydat.core.problem import Problems


def test_results_come_in_the_order_of_the_parts() -> None:
    gates = [threading.Event() for _ in range(3)]
    gates[2].set()

    def wait_for_the_next(part: int) -> int:
        gates[part].wait(10)
        if part:
            gates[part - 1].set()
        return part

    assert list(Threads(3).map(wait_for_the_next, range(3))) == [0, 1, 2]


def test_few_parts_are_held_at_once() -> None:
    begun: list[int] = []
    results = Threads(2).map(lambda part: begun.append(part) or part, range(100))
    assert next(results) == 0
    assert len(begun) <= 4
    results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 4


def test_an_error_of_a_part_is_the_caller_s() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Threads(2).map(lambda part: 1 // part, [1, 0, 1, 1]))
    with pytest.raises(ValueError, match="0 threads"):
        Threads(0)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def refused(address: str) -> str:
    with pytest.raises(Problems) as caught:
        list(Cluster(address, timeout_s=0.5).map(abs, [1]))
    (found,) = caught.value.found
    assert found.number == "QD751"
    return found.message("vi")


def test_a_cluster_that_does_not_answer_is_told() -> None:
    assert "không có gì lắng nghe ở đó" in refused(f"tcp://127.0.0.1:{free_port()}")
    assert "không có gì lắng nghe ở đó" in refused(f"127.0.0.1:{free_port()}")
    assert "không có máy ấy" in refused("tcp://nowhere.invalid:8786")
    for address in ("tcp://127.0.0.1", "no such thing", "tcp://127.0.0.1:port"):
        assert "địa chỉ không có dạng" in refused(address)


def test_the_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("quydat.core.parallel.import_module", refuse)
    with pytest.raises(Problems) as caught:
        list(Cluster("tcp://127.0.0.1:1").map(abs, [1]))
    assert caught.value.found[0].number == "QD750"
    assert "quydat[cluster]" in caught.value.found[0].repair("vi")


def test_a_cluster_hands_on_what_it_is_given_in_order() -> None:
    import distributed

    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        assert list(Cluster(cluster.scheduler_address).map(partial(divmod, 50), range(1, 20))) == [
            divmod(50, n) for n in range(1, 20)
        ]


@pytest.mark.long  # the workers compile the kernels anew
def test_a_cluster_gives_the_bytes_of_one_machine(some_account: Callable[..., Any]) -> None:
    """Two workers of their own process over loopback."""
    import distributed

    demand, supply = some_account(5, draws=2 * PART + 11, pools=3, years=3)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        there = run_ensemble(demand, supply, runner=Cluster(cluster.scheduler_address), cells=True)
    here = run_ensemble(demand, supply, runner=Threads(1), cells=True)
    assert there.cells is not None
    assert here.cells is not None
    for one, other in (
        (there.cells.land.counts, here.cells.land.counts),
        (there.cells.floor_m2, here.cells.floor_m2),
        (there.first_short, here.first_short),
        *((there.city[name], here.city[name]) for name in here.city),
        *((there.means[name], here.means[name]) for name in here.means),
    ):
        assert one.tobytes() == other.tobytes()


def test_a_cluster_without_workers_is_told() -> None:
    import distributed

    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as cluster,
        pytest.raises(Problems) as caught,
    ):
        list(Cluster(cluster.scheduler_address).map(abs, [1]))
    assert caught.value.found[0].number == "QD752"
