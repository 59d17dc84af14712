"""Use the installed wheel as a newcomer would: nothing else is there but what it asked for."""

import importlib
import pkgutil
from importlib.metadata import distribution
from pathlib import Path

import ecomops
from ecomops.kernel import Money, run
from ecomops.memory import MemoryStore
from ecomops.testing import a_delivery, a_placement, a_taking
from ecomops.workflows.placement import place_order
from ecomops.workflows.settlement import take_notice
from ecomops.workflows.stocking import receive_stock

EXTRAS = {"ecomops.testing.machines", "ecomops.testing.strategies"}  # these ask for ecomops[testing]


def imported() -> int:
    """Import every module but those of the extras, and return their number."""
    names = {module.name for module in pkgutil.walk_packages(ecomops.__path__, "ecomops.")} - EXTRAS
    for name in sorted(names):
        importlib.import_module(name)
    return len(names)


def sold() -> bool:
    """Take a delivery in, place an order and pay it; return whether it is settled."""
    store = MemoryStore()
    run(receive_stock, a_delivery(), store.unit)
    run(place_order, a_placement(), store.unit)
    return run(take_notice, a_taking(), store.unit).settled


def main() -> None:
    """Import all there is, use a little of it, and say so."""
    home = Path(ecomops.__file__).parent
    if "site-packages" not in home.parts or not (home / "py.typed").is_file():
        message = f"{home} is no installed, typed package"
        raise SystemExit(message)
    thirds = Money.parse("19.99", "CNY").split([1, 1, 1])
    if [part.minor for part in thirds] != [667, 666, 666]:
        message = f"19.99 in three parts is not {thirds}"
        raise SystemExit(message)
    if not sold():
        message = "an order that was paid is not settled"
        raise SystemExit(message)
    print(f"ecomops {distribution('ecomops').version}: {imported()} modules imported")


if __name__ == "__main__":
    main()
