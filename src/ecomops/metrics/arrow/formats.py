"""What the format string of an Arrow column says: the kinds that become whole numbers, and words for the others."""

from typing import NamedTuple, TypeAlias

from ecomops.metrics.arrow.errors import UnreadableField
from ecomops.metrics.arrow.memory import Field


class Whole(NamedTuple):
    """Whole numbers.

    Attributes:
        dtype: Their kind in numpy.
    """

    dtype: str


class Yes(NamedTuple):
    """Yes or no, a bit each."""


class Nothing(NamedTuple):
    """No values at all."""


class Decimals(NamedTuple):
    """Decimal numbers.

    Attributes:
        bits: How many bits each takes.
        scale: How many digits stand behind the point.
    """

    bits: int
    scale: int


class Instants(NamedTuple):
    """Instants, or what a wall clock showed.

    Attributes:
        micros: How many microseconds a unit has; 0 for nanoseconds.
        zoned: Whether they are instants.
    """

    micros: int
    zoned: bool


class Days(NamedTuple):
    """Days.

    Attributes:
        dtype: The kind of the numbers in numpy.
        parts: How many of them make a day.
    """

    dtype: str
    parts: int


class Texts(NamedTuple):
    """Texts: each as the span between two offsets, or as a view.

    Attributes:
        offsets: The kind of the offsets in numpy; None for views.
    """

    offsets: str | None


class Coded(NamedTuple):
    """Texts by their place in a dictionary.

    Attributes:
        places: The kind of the places in numpy.
        texts: How the dictionary stands.
    """

    places: str
    texts: Texts


Kind: TypeAlias = Whole | Yes | Nothing | Decimals | Instants | Days | Texts | Coded

_WHOLE = {"c": "<i1", "C": "<u1", "s": "<i2", "S": "<u2", "i": "<i4", "I": "<u4", "l": "<i8", "L": "<u8"}
_TEXTS = {"u": Texts("<i4"), "U": Texts("<i8"), "vu": Texts(None)}
_PLAIN: dict[str, Kind] = {
    **{tag: Whole(dtype) for tag, dtype in _WHOLE.items()},
    **_TEXTS,
    "b": Yes(),
    "n": Nothing(),
    "tdD": Days("<i4", 1),
    "tdm": Days("<i8", 86_400_000),
}
_MICROS = {"tss:": 1_000_000, "tsm:": 1_000, "tsu:": 1, "tsn:": 0}
_WORDS = (
    # how the format begins, what such a column is called
    ("e", "floating-point numbers"),
    ("f", "floating-point numbers"),
    ("g", "floating-point numbers"),
    ("z", "binary values"),
    ("Z", "binary values"),
    ("vz", "binary values"),
    ("w:", "binary values"),
    ("tt", "times of a day"),
    ("tD", "durations"),
    ("ti", "intervals"),
    ("+l", "lists"),
    ("+L", "lists"),
    ("+vl", "lists"),
    ("+vL", "lists"),
    ("+w", "lists"),
    ("+s", "structs"),
    ("+m", "maps"),
    ("+u", "unions"),
    ("+r", "run-end encoded values"),
)


def kind_of(field: Field) -> Kind:
    """Return the kind of a column.

    Raises:
        UnreadableField: It does not become whole numbers; it is named.
    """
    if field.dictionary is not None:
        return _coded(field)
    if field.format in _PLAIN:
        return _PLAIN[field.format]
    if field.format[:4] in _MICROS:
        return Instants(_MICROS[field.format[:4]], zoned=bool(field.format[4:]))
    return _decimals(field)


def _coded(field: Field) -> Coded:
    texts, places = _TEXTS.get(field.dictionary or ""), _WHOLE.get(field.format)
    if texts is None or places is None:
        raise UnreadableField(column=field.name, found=f"dictionary-encoded {words(field.dictionary or '')}")
    return Coded(places, texts)


def _decimals(field: Field) -> Decimals:
    match field.format.removeprefix("d:").split(","):
        case [_, scale] if field.format.startswith("d:"):
            return Decimals(128, int(scale))
        case [_, scale, ("32" | "64" | "128" | "256") as bits]:
            return Decimals(int(bits), int(scale))
        case _:
            raise UnreadableField(column=field.name, found=words(field.format))


def words(tag: str) -> str:
    """Return what a column of that format is called."""
    if tag in _WHOLE:
        return "numbers"
    return next((name for begins, name in _WORDS if tag.startswith(begins)), f"kind {ascii(tag)[:40]}")
