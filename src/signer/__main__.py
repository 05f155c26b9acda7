"""Lets `python -m signer` do what the command `signer` does."""

from signer.cli import main

main(prog_name="signer")
