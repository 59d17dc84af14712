"""The bytes of a summary: equal for equal contents, the same in every version, and refused when one of them differs."""

import json
import struct
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve

from ecomops.columns import Uneven
from ecomops.kernel import Grain, OutOfRange, WrongKind
from ecomops.metrics import Definition
from ecomops.metrics.summary import Damaged, Kind, OtherSpec, Summary, UnknownVersion
from ecomops.metrics.summary.encoding import CHECKSUM, MAGIC
from tests.kernel.hostile import others
from tests.metrics.summary.rows import BY_CUSTOMER, BY_ORDER, MEASURES, Order, Refund, a_spec, measure, rows_of

HERE = Path(__file__).parent
SHOP = [
    Order(hours=7 * n, customer=n % 5 - 1, channel=n % 2, gross=n * 1000 - 9, valid=n % 3 % 2, marks=n % 4, sku=n % 7)
    for n in range(60)
]
BACK = [Refund(hours=11 * n, customer=n % 4, channel=n % 2, amount=n) for n in range(30)]
SPEC = a_spec()
GOLDEN = {"closed": BY_CUSTOMER[0], "open": BY_ORDER[0]}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_bytes_are_those_of_the_first_version(name: str) -> None:
    """What was stored is read for ever: these files are never written anew, a new form has a new version."""
    stored = (HERE / f"{name}.summary").read_bytes()
    summary = Summary.of(rows_of(SHOP, BACK), SPEC, GOLDEN[name].whole)
    assert summary.to_bytes() == stored
    read = Summary.from_bytes(stored, SPEC)
    assert read.to_bytes() == stored
    assert {key: values.tolist() for key, values in read.to_columns().items()} == json.loads(
        (HERE / "figures.json").read_text()
    )


SMALL = a_spec(*(each for each in MEASURES if each.key in {"gross_sales", "skus", "new_skus", "median"}))
WHOLE = Summary.of({"orders": rows_of(SHOP)["orders"]}, SMALL, BY_CUSTOMER[0].whole)
DATA = WHOLE.to_bytes()


def test_any_other_byte_is_refused() -> None:
    """Each byte changed in each of two ways, and each length that is too short or too long."""
    for at in range(len(DATA)):
        for flipped in (1, 128):
            with pytest.raises((Damaged, UnknownVersion)):
                Summary.from_bytes(DATA[:at] + bytes([DATA[at] ^ flipped]) + DATA[at + 1 :], SMALL)
    for length in range(len(DATA)):
        with pytest.raises(Damaged):
            Summary.from_bytes(DATA[:length], SMALL)
    for longer in (DATA + b"\0", DATA + DATA):
        with pytest.raises(Damaged):
            Summary.from_bytes(longer, SMALL)


def test_another_version_is_named() -> None:
    """A later form is told from damage, whatever follows."""
    later = MAGIC + struct.pack("<H", 2) + DATA[10:]
    with pytest.raises(UnknownVersion, match="version 2, known is 1"):
        Summary.from_bytes(later, SMALL)


def forged(change: Callable[[Any], Any], data: bytes = DATA) -> bytes:
    """Return the bytes with a changed header and a checksum that is right."""
    (length,) = struct.unpack_from("<I", data, 10)
    header = json.loads(data[14 : 14 + length])
    changed: Any = change(header) or header
    text = (
        changed if isinstance(changed, bytes) else json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()
    )
    body = data[:10] + struct.pack("<I", len(text)) + text + data[14 + length : -CHECKSUM]
    return body + blake2b(body, digest_size=CHECKSUM).digest()


FORGERIES: dict[str, Callable[[Any], Any]] = {
    "no JSON": lambda _: b"{",
    "no text": lambda _: b"\xff",
    "deep": lambda _: b"[" * 100_000,
    "a list": lambda _: b"[1]",
    "space": json.dumps,
    "a field more": lambda header: header | {"more": 1},
    "no parts": lambda header: header.pop("parts") and None,
    "part twice": lambda header: header.update(parts=[0, 0]),
    "a part too many": lambda header: header.update(parts=[0, 1, 2, 3]),
    "parts that are texts": lambda header: header.update(parts=["0"]),
    "another hashing": lambda header: header["partitioning"].update(hashing="md5"),
    "no partitioning": lambda header: header.update(partitioning={}),
    "no list of a partitioning": lambda header: header.update(partitioning=[]),
    "a column less": lambda header: header["columns"].pop() and None,
    "a width of 3": lambda header: header["columns"].__setitem__(0, [0, 3]),
    "a least too large": lambda header: header["columns"].__setitem__(0, [2**70, 1]),
    "wider than needed": lambda header: header["columns"].__setitem__(0, [header["columns"][0][0], 8]),
    "rows beyond memory": lambda header: header.update(rows=[10**15] * len(header["rows"])),
    "rows less than none": lambda header: header.update(rows=[-1] * len(header["rows"])),
    "fewer rows": lambda header: header["rows"].__setitem__(0, header["rows"][0] - 1),
    "a block less": lambda header: header["rows"].pop() and None,
    "no weight": lambda header: header.update(weights=[]),
    "a weight below 0": lambda header: header.update(weights=[-1]),
    "a weight that is a text": lambda header: header.update(weights=["1"]),
    "a weight that is true": lambda header: header.update(weights=[True]),
    "no spec": lambda header: header.pop("spec") and None,
}


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_what_is_no_header_is_refused_though_its_checksum_is_right(name: str) -> None:
    """Nothing is taken on trust: no other exception, and no memory for rows that are not there."""
    with pytest.raises(Damaged):
        Summary.from_bytes(forged(FORGERIES[name]), SMALL)


def test_keys_out_of_order_are_refused() -> None:
    """A block whose keys do not rise would give wrong sums when merged."""
    block = WHOLE.contents.blocks[0]
    turned = evolve(block, keys=tuple(key[::-1].copy() for key in block.keys))
    wrong = Summary(contents=evolve(WHOLE.contents, blocks=(turned, *WHOLE.contents.blocks[1:])))
    with pytest.raises(Damaged, match="order"):
        Summary.from_bytes(wrong.to_bytes(), SMALL)


def test_codes_of_slices_that_are_not_there_are_refused() -> None:
    """A block of codes with a slice of its own belongs to other figures."""
    first, *beside = WHOLE.contents.blocks
    cut = evolve(first, keys=tuple(key[1:] for key in first.keys), values=tuple(each[1:] for each in first.values))
    wrong = Summary(contents=evolve(WHOLE.contents, blocks=(cut, *beside)))
    with pytest.raises(Damaged, match="slices"):
        wrong.to_columns()


@pytest.mark.parametrize(
    ("spec", "differing"),
    [
        (evolve(SMALL, by=Grain.DAY), ("by",)),
        (evolve(SMALL, dimensions=()), ("dimensions",)),
        (evolve(SMALL, measures=SMALL.measures[1:]), ("measures",)),
        (evolve(SMALL, definition=Definition(), by=Grain.MONTH), ("by", "definition")),
        (evolve(SMALL, observed=evolve(SMALL.observed, end=SMALL.observed.end.add(seconds=1))), ("observed",)),
    ],
    ids=lambda value: "-".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else "spec",
)
def test_bytes_of_another_specification_are_refused(spec: Any, differing: tuple[str, ...]) -> None:  # noqa: ANN401 - evolved
    """The refusal names what differs, as merging does."""
    with pytest.raises(OtherSpec) as read:
        Summary.from_bytes(DATA, spec)
    with pytest.raises(OtherSpec) as merged:
        WHOLE.merge(Summary.empty(spec, BY_CUSTOMER[0].part()))
    assert read.value.differing == merged.value.differing == differing


def test_names_of_measures_do_not_differ() -> None:
    """What people call a figure is no part of it."""
    plain = a_spec(measure("gross", Kind.SUM, "gross"))
    named = evolve(plain, measures=(evolve(plain.measures[0], name=MEASURES[2].name),))
    assert Summary.from_bytes(Summary.empty(plain, BY_CUSTOMER[0].part()).to_bytes(), named).spec == plain


def test_only_bytes_and_specifications_are_read() -> None:
    """A buffer is as good as bytes; a text and nothing are not."""
    assert Summary.from_bytes(cast("Any", memoryview(DATA)), SMALL).to_bytes() == DATA
    for wrong in others():
        if not isinstance(wrong, (bytes, bytearray)):
            with pytest.raises(WrongKind, match="data"):
                Summary.from_bytes(wrong, SMALL)
        with pytest.raises(WrongKind, match="spec"):
            Summary.from_bytes(DATA, cast("Any", wrong))


def test_contents_of_another_form_are_refused() -> None:
    """A block, a column or a weight too few."""
    contents = WHOLE.contents
    first, *others_ = contents.blocks
    for blocks in (
        contents.blocks[1:],
        (evolve(first, keys=first.keys[1:]), *others_),
        (evolve(first, values=()), *others_),
        (evolve(first, values=tuple(each[1:] for each in first.values)), *others_),
    ):
        with pytest.raises(Uneven, match="Contents"):
            evolve(contents, blocks=blocks)
    with pytest.raises(Uneven):
        evolve(contents, weights=())
    with pytest.raises(OutOfRange):
        evolve(contents, weights=(-1,))
    with pytest.raises(WrongKind):
        evolve(contents, weights=cast("Any", ("1",)))
