"""Dense codes are the order in which texts are first met."""

from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import UNKNOWN, Codes


@given(st.lists(st.text("abc", max_size=2)))
def test_codes_are_dense_and_stay(texts: list[str]) -> None:
    """Each text keeps the code that it got when it was first met, and names give it back."""
    codes = Codes()
    found = [codes.code(text) for text in texts]
    first_met = list(dict.fromkeys(texts))
    assert found == [first_met.index(text) for text in texts]
    assert (list(codes.names), len(codes)) == (first_met, len(first_met))
    assert [codes.known(text) for text in texts] == found
    assert codes.known("never met") == UNKNOWN
