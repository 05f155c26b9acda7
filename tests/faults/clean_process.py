"""`signer clean` with failpoints armed: `clean_process.py ARGUMENTS`. Nothing in the product can arm them."""

from __future__ import annotations

import sys

from signer import failpoints
from signer.cli import main

if __name__ == "__main__":
    failpoints.arm(is_test=True)
    main(["clean", *sys.argv[1:]], prog_name="signer")
