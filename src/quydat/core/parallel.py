"""Who does the work: the threads of this machine, or a Dask cluster, through one call and with one result.

A function is called once for each part, and what it returns is handed on in the order of the parts. What comes out
depends on the parts alone, so the number of threads or machines changes nothing.
"""

import os
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from quydat.core.problem import problem, raise_if

P = TypeVar("P")
R = TypeVar("R")


class Runner(Protocol):
    """Calls a function for each part."""

    def map(self, function: Callable[[P], R], parts: Iterable[P]) -> Iterator[R]:
        """What the function returns for each part, in the order of the parts; few of them are held at once."""
        ...


class Threads:
    """Threads of this machine: as many as it has cores, if no number is given.

    They only gain where the function lets others run, as compiled kernels and NumPy do.

    >>> list(Threads(2).map(lambda part: part * part, range(5)))
    [0, 1, 4, 9, 16]
    """

    def __init__(self, count: int | None = None) -> None:
        if count is not None and count < 1:
            raise ValueError(f"{count} threads can do no work")
        self.count = count or _cores()

    def map(self, function: Callable[[P], R], parts: Iterable[P]) -> Iterator[R]:
        """See ``Runner``."""
        with ThreadPoolExecutor(self.count) as pool:
            try:
                yield from _in_order((lambda part: pool.submit(function, part)), parts, ahead=self.count)
            finally:
                pool.shutdown(cancel_futures=True)


class Cluster:
    """A Dask cluster at an address such as ``tcp://10.0.0.5:8786``; its machines need the same version of this package.

    The function is pickled and sent once to every worker.

    Raises
    ------
    Problems
        On the first call of ``check`` or ``map``: QD750 if the package ``distributed`` is not installed, QD751 if
        nothing answers at the address, QD752 if the cluster has no worker.
    """

    def __init__(self, address: str, *, timeout_s: float = 10.0) -> None:
        self.address, self.timeout_s = address, timeout_s

    def check(self) -> None:
        """Raise what is wrong with the cluster before any work is done for it: see the class."""
        with self._client() as client:
            self._threads(client)

    def map(self, function: Callable[[P], R], parts: Iterable[P]) -> Iterator[R]:
        """See ``Runner``."""
        with self._client() as client:
            threads = self._threads(client)
            sent = client.scatter(function, broadcast=True, hash=False)
            yield from _in_order((lambda part: client.submit(_call, sent, part, pure=False)), parts, ahead=2 * threads)

    def _threads(self, client: Any) -> int:
        threads = int(sum(client.nthreads().values()))
        if not threads:
            raise_if([problem("QD752", address=self.address)])
        return threads

    @contextmanager
    def _client(self) -> Iterator[Any]:
        try:
            connect: Any = import_module("distributed").Client
        except ImportError:
            raise_if([problem("QD750", address=self.address)])
        try:
            _knock(self.address, self.timeout_s)
            client = connect(self.address, timeout=self.timeout_s, set_as_default=False)
        except (OSError, ValueError) as why:
            raise_if([problem("QD751", address=self.address, why=_plainly(why))])
        try:
            yield client
        finally:
            client.close()


def _knock(address: str, timeout_s: float) -> None:
    """Open and close a connection: what Dask does without an answer takes long and is told in its own words."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.hostname is None or parts.port is None:
        raise ValueError(_FORM)
    socket.create_connection((parts.hostname, parts.port), timeout=timeout_s).close()


_FORM = "the address is not of the form tcp://machine:port"


def _plainly(why: Exception) -> str:
    """Why there is no connection, as ``reasons.csv`` knows it."""
    said = {
        ConnectionRefusedError: "nothing listens there",
        socket.gaierror: "there is no such machine",
        TimeoutError: "no answer in time",
        ValueError: _FORM,
    }
    return next((words for kind, words in said.items() if isinstance(why, kind)), str(why))


def _call(function: Callable[[P], R], part: P) -> R:
    return function(part)


def _in_order(submit: Callable[[P], Any], parts: Iterable[P], *, ahead: int) -> Iterator[Any]:
    """Results in order, with no more than ``ahead`` parts begun beyond the one that is waited for."""
    waiting: deque[Any] = deque()
    for part in parts:
        waiting.append(submit(part))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
