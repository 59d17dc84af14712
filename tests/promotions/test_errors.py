"""What promotions refuse, in words; the laws of all errors are tested beside the kernel."""

from ecomops.promotions import LineExcess, StatedTooLarge
from ecomops.terms import LineId
from tests.promotions.kit import fen


def test_a_refusal_reads_every_line() -> None:
    """Each with what is stated and what there is."""
    lines = tuple(LineExcess(line=LineId(id), stated=fen(200), room=fen(100)) for id in ("a", "b"))
    refused = StatedTooLarge(lines=lines)
    assert (
        refused.message("en") == "stated discounts exceed the room of a (2.00 CNY > 1.00 CNY), b (2.00 CNY > 1.00 CNY)"
    )
    assert refused.message("zh") == "给定优惠超出行的可减金额：a (2.00 CNY > 1.00 CNY)、b (2.00 CNY > 1.00 CNY)"
