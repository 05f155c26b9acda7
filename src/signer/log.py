"""One log for all processes of a run: whole lines on stderr, whichever process wrote them.

Messages name files, parts, rows and counts, never what stands in a row: no personal data goes into a log.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from multiprocessing_logging import MultiProcessingHandler, install_mp_handler

__all__ = ["close", "configure"]

FORMAT = "%(asctime)s %(levelname)-7s %(processName)s: %(message)s"


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is at the moment, so that a progress bar can move out of the way."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        """Nothing to keep: the stream is looked up for every line."""


def configure(verbose: bool) -> None:
    """Sends the package's log to stderr; call it before workers are forked, so that they inherit the queue.

    Warnings and progress are shown always, details only with `verbose`.
    """
    close()
    logger = logging.getLogger("signer")
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    handler = _Stderr()
    handler.setFormatter(logging.Formatter(FORMAT))
    logger.addHandler(handler)
    install_mp_handler(logger)


def close() -> None:
    """Writes out what is still on its way and takes the handlers off."""
    logger = logging.getLogger("signer")
    for handler in list(logger.handlers):
        if isinstance(handler, MultiProcessingHandler):
            logger.removeHandler(handler)
            handler.close()
            # A worker killed while it wrote may hold the queue's lock for ever: do not wait for it at exit.
            handler.queue.cancel_join_thread()
