"""Price, volume and mix of many products at once, in whole steps: the answers of `apportion`, column by column.

Prices are ratios of whole numbers that 64 bits hold, checked by bounds; volumes are ratios of any size, one for each
change of pieces. What is left for the mix, and where a step that is missing goes, is told by what was cut off, as
floats that are wrong by less than `DOUBT`: wherever two of them are nearer than that, nothing is told, and the product
is left to exact numbers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.metrics.explaining.exact import Pair, nearest_towards_zero

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DOUBT = 1e-9
"""Cuts that are nearer than this are left to exact numbers: floats of them are right to fifteen digits."""
MOST = 2**60
"""The largest magnitude of what is computed in 64 bits."""


class Steps(NamedTuple):
    """Price, volume and mix of products in whole steps, and which of them are told."""

    price: Ints
    volume: Ints
    mix: Ints
    told: Flags


def steps_of(sides: Sequence[Sequence[int]], volume: Pair) -> Steps | None:
    """Return the parts of products that were sold on both sides; None where 64 bits do not hold the figures.

    Args:
        sides: Sales and pieces before, then after, each of shape (n,).
        volume: What one more piece of the mean product brings.
    """
    try:
        sales, pieces, sales_now, pieces_now = (np.array(side, dtype=np.int64) for side in sides)
    except OverflowError:
        return None
    held = _held(sales, pieces, sales_now, pieces_now)
    prices = _prices(*(np.where(held, side, 1) for side in (sales, pieces, sales_now, pieces_now)))
    volumes = _volumes(pieces_now - pieces, volume)
    if volumes is None:
        return None
    return _shared(prices, volumes, sales_now - sales, held)


def _held(sales: Ints, pieces: Ints, sales_now: Ints, pieces_now: Ints) -> Flags:
    """Return of which products 64 bits hold all numbers of the price; floats tell, and are far from wrong enough."""
    one, other, was, now = (np.abs(side.astype(np.float64)) for side in (sales, sales_now, pieces, pieces_now))
    of_price = 2 * (was + now) * (other * was + one * now)
    held: Flags = np.maximum(8 * np.maximum(one, other), np.maximum(was * now, of_price)) < MOST
    return held


def _prices(sales: Ints, pieces: Ints, sales_now: Ints, pieces_now: Ints) -> tuple[Ints, Floats]:
    above = (pieces + pieces_now) * (sales_now * pieces - sales * pieces_now)
    below = 2 * pieces * pieces_now
    steps = np.sign(above) * ((2 * np.abs(above) + below - 1) // (2 * below))
    return steps, (above - steps * below) / below


def _volumes(more: Ints, volume: Pair) -> tuple[Ints, Floats] | None:
    above, below = volume
    changes = dict.fromkeys(more.tolist())
    steps = {each: nearest_towards_zero((each * above, below)) for each in changes}
    if max(map(abs, steps.values())) > MOST:
        return None
    cuts = {each: (each * above - step * below) / below for each, step in steps.items()}
    rows = more.tolist()
    return (
        np.array([steps[each] for each in rows], dtype=np.int64),
        np.array([cuts[each] for each in rows], dtype=np.float64),
    )


def _shared(prices: tuple[Ints, Floats], volumes: tuple[Ints, Floats], change: Ints, held: Flags) -> Steps:
    """Return the parts: the mix is the rest less what was cut off, and the step that is missing goes to one of them."""
    (price, price_cut), (volume, volume_cut) = prices, volumes
    cut = price_cut + volume_cut
    left = np.rint(cut)
    mix = change - price - volume - left.astype(np.int64)
    cuts = np.stack((left * (left - cut), left * price_cut, left * volume_cut))  # in the order of their names
    first = cuts.argmax(axis=0)
    ordered = np.sort(cuts, axis=0)
    told = held & (np.abs(np.abs(cut) - 0.5) > DOUBT) & ((left == 0) | (ordered[2] - ordered[1] > DOUBT))
    step = left.astype(np.int64)
    return Steps(price + step * (first == 1), volume + step * (first == 2), mix + step * (first == 0), told)  # noqa: PLR2004 - places
