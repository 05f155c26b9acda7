"""A process that has imported the command line once, and forks a child for each command that it is sent.

A command costs the time of its imports otherwise, seconds for a run of a tenth. `preloaded.py SOCKET` listens
there; each connection brings one order as a line of JSON and hears a line with the child's process id, and a
line with its exit status when it has ended. A child is as alone as a new process: it has an environment,
stdout, stderr and process group of its own. New registries are marked as made for tests, here and nowhere
else: no option or variable of the product can arm failpoints.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

CHECKPOINT_EVERY = 3
"""Versions of a table between checkpoints: few, so that small runs make some."""


def main(path: str) -> None:
    _import_on_one_core()
    _make_test_registries()
    order = _serve(path)
    _become(order)
    import_module("signer.cli").main(order["arguments"], prog_name="signer")


def _import_on_one_core() -> None:
    """Imports what commands import. On one core no library starts threads, which would not outlive a fork."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    for name in ("deltalake", "signer.cli.issue"):
        import_module(name)
    duckdb = import_module("duckdb")
    duckdb.default_connection().close()  # made by the import, with a thread; nobody uses it
    os.sched_setaffinity(0, cores)


def _make_test_registries() -> None:
    opening, table_log = (import_module(f"signer.registry.{name}") for name in ("opening", "table_log"))
    create = opening._create
    opening._create = lambda path, pictures, test: create(path, pictures, test=True)
    table_log.VERSIONS_PER_CHECKPOINT = CHECKPOINT_EVERY


def _serve(path: str) -> dict[str, Any]:
    """Answers until the parent closes stdin; in a child, gives its order back."""
    waiting = selectors.DefaultSelector()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        waiting.register(listening, selectors.EVENT_READ)
        waiting.register(sys.stdin, selectors.EVENT_READ)
        os.write(1, b"ready\n")
        while True:
            for ready, _ in waiting.select():
                if ready.fileobj is sys.stdin:
                    os._exit(0)
                elif ready.fileobj is listening:
                    connection, _ = listening.accept()
                    order = json.loads(connection.makefile().readline())
                    pid = os.fork()
                    if not pid:
                        waiting.close()
                        connection.close()
                        return order
                    connection.sendall(b"%d\n" % pid)
                    waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, connection))
                else:
                    _report(waiting, ready)


def _report(waiting: selectors.BaseSelector, ended: selectors.SelectorKey) -> None:
    pid, connection = ended.data
    waiting.unregister(ended.fileobj)
    os.close(ended.fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with connection, suppress(BrokenPipeError):  # who sent the order may have ended
        connection.sendall(b"%d\n" % status)


def _become(order: dict[str, Any]) -> None:
    """Gives this process what the order says."""
    os.setsid()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    for number, name in ((0, os.devnull), (1, order["stdout"]), (2, order["stderr"])):
        descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)


if __name__ == "__main__":
    main(sys.argv[1])
