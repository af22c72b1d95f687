"""Ctrl-C ends a command with the same words and exit code wherever it comes."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


@contextmanager
def noted() -> Iterator[Callable[[], bool]]:
    """Note whether an interrupt came: a library that is interrupted in its own code may make another error of it.

    One that Python cannot raise where it comes, as in a destructor, comes again a moment later.

    Yields
    ------
    callable
        Whether one came. Outside the main thread none does.
    """
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came.is_set
        return

    def note(number: int, frame: FrameType | None) -> None:
        came.set()
        raise KeyboardInterrupt

    def again(unraisable: UnraisableHookArgs) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            _thread.interrupt_main()
        else:
            hook(unraisable)

    before, hook = signal.signal(signal.SIGINT, note), sys.unraisablehook
    sys.unraisablehook = again
    try:
        yield came.is_set
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, before)
