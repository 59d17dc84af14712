"""Codes that people type: their pattern, how many there are, making them from injected draws, and reading them back.

A code is drawn from an alphabet without look-alikes and may end in a check character, so that a slip of the finger is
told from a code that does not exist, and a guess rarely hits. Randomness is always an argument.
"""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen

from ecomops.kernel.checks import require_once, some_text, wrong_kind
from ecomops.promotions.errors import BadAlphabet, BadDraw, BadPattern, CodesExhausted

DRAWN, CHECK = "#", "*"
"""In a pattern: a character that is drawn, and the check character over all that are drawn."""

LEGIBLE = "34679ACDEFGHJKMNPQRTWXY"
"""The default alphabet: no 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V; 23 characters, a prime."""

IGNORED = " -"
"""What people put between the characters of a code, and nobody means."""

MOST_DRAWS = 1_000
"""How often in a row a code may be drawn that is taken already before the draws are refused as not random."""


class Letters(StrEnum):
    """Whether small and capital letters are one."""

    FOLDED = "folded"
    """`save10` is `SAVE10`: the default of the shop."""
    EXACT = "exact"
    """They are two codes."""


def normal(code: str, *, letters: Letters = Letters.FOLDED) -> str:
    """Return *code* as it is compared: without spaces and hyphens, in capitals unless letters are exact.

    Args:
        code: What a buyer typed.
        letters: Whether small and capital letters are one.

    Raises:
        WrongKind: It is no text.

    Example:
        >>> normal(" save-10 "), normal("save-10", letters=Letters.EXACT)
        ('SAVE10', 'save10')
    """
    if not isinstance(code, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("code", "str", code)
    bare = "".join(sign for sign in code if sign not in IGNORED)
    return bare.upper() if letters is Letters.FOLDED else bare


def _alphabet(instance: object, attribute: "Attribute[Any]", value: str) -> None:
    some_text(instance, attribute, value)
    require_once(value, field="CodePattern.alphabet")
    special = any(sign in DRAWN + CHECK + IGNORED or normal(sign) != sign for sign in value)
    if special or not _is_prime(len(value)):
        raise BadAlphabet(alphabet=value)


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _pattern(instance: object, attribute: "Attribute[Any]", value: str) -> None:
    some_text(instance, attribute, value)
    if DRAWN not in value or value.count(CHECK) > 1:
        raise BadPattern(pattern=value)


@frozen(kw_only=True)
class CodePattern:
    """How the codes of a batch look.

    Args:
        pattern: A text in which each `#` is drawn and one `*` (if any) is the check character: `JUNE-####-###*`.
        alphabet: Of which characters they are drawn; capitals and digits, each once, a prime number of them, so that
            the check character catches every single wrong one and (five or more) every two neighbours exchanged.

    Raises:
        BadPattern: Nothing is drawn, or there are two check characters.
        BadAlphabet: A character has a meaning in patterns, or their number is no prime.

    Example:
        >>> CodePattern(pattern="JUNE-####").space
        279841
    """

    pattern: str = field(validator=_pattern)
    alphabet: str = field(default=LEGIBLE, validator=_alphabet)

    @property
    def space(self) -> int:
        """How many codes there are."""
        return int(len(self.alphabet) ** self.pattern.count(DRAWN))

    def spell(self, number: int) -> str:
        """Return the code of that *number*, from 0 to below the space: each number has its own.

        Raises:
            WrongKind: It is no int.
            BadDraw: It lies outside the space.

        Example:
            >>> CodePattern(pattern="JUNE-####-*").spell(7)
            'JUNE-333D-A'
        """
        if type(number) is not int:
            raise wrong_kind("CodePattern.spell", "int", number)
        if not 0 <= number < self.space:
            raise BadDraw(drawn=number, space=self.space)
        base, digits = len(self.alphabet), list[int]()
        for _ in range(self.pattern.count(DRAWN)):
            number, digit = divmod(number, base)
            digits.insert(0, digit)
        drawn, check = iter(digits), self.alphabet[_checked(digits, base)]
        return "".join(
            self.alphabet[next(drawn)] if sign == DRAWN else check if sign == CHECK else sign for sign in self.pattern
        )  # fmt: skip

    def is_intact(self, code: str) -> bool:
        """Tell whether *code* can be one of these: its fixed characters, its alphabet and its check character agree.

        Small letters, spaces and hyphens do not matter. What is not intact was mistyped; what is intact may still be a
        code that nobody gave out.

        Raises:
            WrongKind: It is no text.

        Example:
            >>> june = CodePattern(pattern="JUNE-####-*")
            >>> june.is_intact("june 333d a"), june.is_intact("june 33d3 a")
            (True, False)
        """
        read, looks = normal(code), normal(self.pattern)
        if len(read) != len(looks):
            return False
        digits, check = list[int](), -1
        for sign, look in zip(read, looks, strict=True):
            if look not in DRAWN + CHECK:
                if sign != look:
                    return False
                continue
            place = self.alphabet.find(sign)
            if place < 0:
                return False
            if look == DRAWN:
                digits.append(place)
            else:
                check = place
        return CHECK not in looks or check == _checked(digits, len(self.alphabet))


def _checked(digits: Collection[int], base: int) -> int:
    """Return the check digit: a weighted sum in which no weight is 0 and neighbours differ.

    It stands beside them with the weight -1, so that no weight is that either. Over a prime base a single change, or an
    exchange of two neighbours, is always noticed. An alphabet of two or three characters has too few weights for
    exchanges; nobody prints such codes.
    """
    weights = max(base - 2, 1)  # 1 to base - 2
    return sum((place % weights + 1) * digit for place, digit in enumerate(digits)) % base


def draw_codes(
    pattern: CodePattern, *, quantity: int, draw: Callable[[int], int], taken: Collection[str] = ()
) -> tuple[str, ...]:
    """Return *quantity* new codes, each once, in the order in which they were drawn.

    Args:
        pattern: How they look.
        quantity: How many, at least 1.
        draw: A source of randomness: `draw(n)` is a whole number from 0 to below n (`secrets.randbelow` of the host).
        taken: The codes of this pattern that were given out before.

    Raises:
        CodesExhausted: More than half of the space would be used: a guess would hit every second time.
        BadDraw: The source drew outside the space, or a thousand taken ones in a row.
        WrongKind: The quantity or what was drawn is no int.

    Example:
        >>> numbers = iter((7, 7, 2024))
        >>> draw_codes(CodePattern(pattern="JUNE-####-*"), quantity=2, draw=lambda below: next(numbers))
        ('JUNE-333D-A', 'JUNE-37T3-Q')
    """
    if type(quantity) is not int:
        raise wrong_kind("draw_codes.quantity", "int", quantity)
    gone = {normal(code) for code in taken}
    if quantity < 1 or 2 * (quantity + len(gone)) > pattern.space:
        raise CodesExhausted(pattern=pattern.pattern, wanted=quantity, taken=len(gone), space=pattern.space)
    made: list[str] = []
    while len(made) < quantity:
        code, read = _another(pattern, draw, gone)
        gone.add(read)
        made.append(code)
    return tuple(made)


def _another(pattern: CodePattern, draw: Callable[[int], int], gone: Collection[str]) -> tuple[str, str]:
    """Return a code that is not *gone*, and how it is compared."""
    number = 0
    for _ in range(MOST_DRAWS):
        number = draw(pattern.space)
        code = pattern.spell(number)
        read = normal(code)
        if read not in gone:
            return code, read
    raise BadDraw(drawn=number, space=pattern.space)
