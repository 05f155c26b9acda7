"""Sets aside what a power cut has torn: the last commit, which nobody relied on yet, and checkpoints.

The library gives both their names before any byte is synced. A commit is made durable before anything builds
on it, so only the last can be torn; its parts count as missing and are done again, with the same bytes. An
empty log file would even be read as a commit of nothing. Checkpoints only shorten the log, which is kept.
An order to revoke is done again by nobody but who gave it, so it is told that it is lost.
"""

from __future__ import annotations

import logging
from pathlib import Path

from signer import durable
from signer.errors import OutputUnwritable
from signer.registry.lease import keep_all_away
from signer.registry.torn_orders import lost_order
from signer.registry.whole_log import torn_files

__all__ = ["mend"]

log = logging.getLogger(__name__)

REPEAT = "give the same order to `signer revoke` again, unless this command is that"


def mend(registry: Path) -> None:
    """Renames torn files so that no reader looks at them.

    Raises OutputExists while another plan is being issued, OutputUnwritable and RegistryUnreadable.
    """
    if not torn_files(registry):
        return
    with keep_all_away(registry, "a log was cut short; end the runs that write here, then start again"):
        for path in torn_files(registry):  # once more: another process may have mended it meanwhile
            lost = lost_order(registry, path)
            log.warning("%s: was cut short, by a power cut perhaps; set aside", path)
            if lost is not None:
                log.warning("an order was lost with it, %s: nothing of it holds; %s", lost, REPEAT)
            try:
                durable.set_aside(path, path.with_name(f".{path.name}.torn"))
            except OSError as error:
                raise OutputUnwritable(f"{path}: cannot be renamed: {error.strerror}") from error
