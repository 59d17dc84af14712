"""Between a source and the facts: rows are cleaned, dated, converted and reconciled, each in a step that tells of it.

Nothing is mended silently: every step says how many rows it changed or left out, and how much money it moved.
"""

from ecomops.metrics.intake.clocks import Disputed, Localised, localised

__all__ = ["Disputed", "Localised", "localised"]
