"""A small store of arrays: those that were asked for last."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from numpy.typing import NDArray

KEPT = 1 << 26
"""Bytes of rows that are kept: of those conditions that are asked for again and again, some dozens of a large file."""


class Recent:
    """Arrays that were computed, each with what belongs to it: the latest ones, up to a number of bytes.

    Parameters
    ----------
    most : int
        Bytes; the last array is kept, however large.
    """

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._size = 0
        self._held: OrderedDict[Any, tuple[NDArray[Any], Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> tuple[NDArray[Any], Any] | None:
        """Return an array and what belongs to it, if they are still there."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: Any, array: NDArray[Any], beside: Any = None) -> tuple[NDArray[Any], Any]:
        """Keep an array, let go of those that were not asked for longest, and return it."""
        with self._lock:
            if key not in self._held:
                self._held[key] = array, beside
                self._size += array.nbytes
            while self._size > self._most and len(self._held) > 1:
                self._size -= self._held.popitem(last=False)[1][0].nbytes
        return array, beside

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._held.clear()
            self._size = 0
