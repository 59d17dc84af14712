"""Strategies for hypothesis (`pip install ecomops[testing]`): every value, every noun, every command.

`values_of` draws whatever a field is annotated with; `checkouts` and its like draw what a buyer confirms; `histories`
and `noun_values` draw objects as decisions make them, in every state; `commands` and `shop_days` draw what happens in a
small shop. A host's own noun joins by a `Life`, its own classes by their annotations.
"""

from ecomops.testing.strategies.buying import (
    checkouts,
    discounts_of,
    notices,
    priced_lines,
    priced_services,
    tenders,
)
from ecomops.testing.strategies.days import COMMANDS, Step, Wait, commands, order_lives, shop_checkouts, shop_days
from ecomops.testing.strategies.life import Life
from ecomops.testing.strategies.lives import LIVES, histories, life_of, noun_values
from ecomops.testing.strategies.values import (
    USUAL,
    Leaves,
    ids,
    instants,
    made_of,
    money,
    quantities,
    stock_keys,
    texts,
    values_of,
)

__all__ = [
    "COMMANDS",
    "LIVES",
    "USUAL",
    "Leaves",
    "Life",
    "Step",
    "Wait",
    "checkouts",
    "commands",
    "discounts_of",
    "histories",
    "ids",
    "instants",
    "life_of",
    "made_of",
    "money",
    "notices",
    "noun_values",
    "order_lives",
    "priced_lines",
    "priced_services",
    "quantities",
    "shop_checkouts",
    "shop_days",
    "stock_keys",
    "tenders",
    "texts",
    "values_of",
]
