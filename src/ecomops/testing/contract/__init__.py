"""The contract of a store: one script that a host engineer runs first, and that says which law a store breaks.

`check_store` needs no test framework, draws nothing and gives the same verdict every time. It saves small histories
of the library's own nouns, two units at once where that matters, and compares what it reads with what the events say.

A store is asked for no more than this. Each call of `unit` opens a transaction of its own, also while another one is
open in the same thread. It may lock as it likes: where the script opens two units at once, either may get `Conflict`
at any point (opening, reading, saving, ending), but a unit that has to wait must give up with `Conflict` after a
bounded time: set the lock timeout of the checked database low. A unit that is alone must succeed. A unit need not see
its own saves, nor what others commit after it began.

The laws are in `ecomops.testing.contract.laws`, what is saved in `ecomops.testing.contract.samples`, the run in
`ecomops.testing.contract.run`; `blocking` (`ecomops.testing.contract.async_hosts`) lets async hosts take part.
"""

from ecomops.testing.contract.async_hosts import blocking
from ecomops.testing.contract.laws import Law, StoreBroken
from ecomops.testing.contract.run import check_store
from ecomops.testing.contract.samples import SAMPLES

__all__ = ["SAMPLES", "Law", "StoreBroken", "blocking", "check_store"]
