"""An invented nation: shots, population register and the errors planted in them, repeatable by seed."""

from signer.synthetic.nation import NationSummary, write_nation
from signer.synthetic.proportions import Proportions

__all__ = ["NationSummary", "Proportions", "write_nation"]
