"""Processes that work side by side, and end with the one that asked for them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import TypeVar

from geo.errors import ErbmError

Order = TypeVar("Order")
Done = TypeVar("Done")


def each(call: Callable[[Order], Done], orders: Sequence[Order], workers: int) -> Generator[Done, None, None]:
    """Call a function with each order, and yield what it returns as soon as it is there.

    The processes are gone when the iterator is closed, or when this process dies in whatever way:
    each watches a pipe whose other end is here alone.

    Parameters
    ----------
    call : callable
        Of a module, as processes import it.
    orders : sequence
        What it is called with.
    workers : int
        How many processes; 1 calls it in this one, in the order given.

    Raises
    ------
    ErbmError
        If a process ends by itself, as one does that has no memory left.
    """
    if min(workers, len(orders)) <= 1:
        yield from map(call, orders)
        return
    context = multiprocessing.get_context("spawn")  # libraries with threads of their own do not bear a fork
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(orders)), context, initializer=_watch, initargs=(theirs,))
    whole = False
    try:
        with _deaf():
            waiting = [pool.submit(call, order) for order in orders]
        for future in as_completed(waiting):
            yield future.result()
        whole = True
    except BrokenProcessPool:
        raise ErbmError(
            "un des processus qui travaillent en parallèle s'est arrêté",
            advice="La mémoire manquait sans doute : demandez moins de choses à la fois.",
        ) from None
    finally:
        if not whole:
            ours.close()
        pool.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


def _watch(pipe: Connection) -> None:
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()


def _end_with(pipe: Connection) -> None:
    """Wait for the other end of a pipe to close, and end this process at whatever it is."""
    with suppress(EOFError, OSError):
        pipe.recv_bytes()
    os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold an interruption back while processes start; they inherit it, and leave Ctrl-C to this one."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
