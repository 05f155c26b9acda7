"""An invented nation: shots, population register and the errors planted in them, repeatable by seed."""

from signer.synthetic.nation import NationSummary, write_nation

__all__ = ["NationSummary", "write_nation"]
