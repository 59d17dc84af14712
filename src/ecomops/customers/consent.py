"""Consent: to what a customer agreed, in which words, since when, and until when.

A consent is for one purpose; another purpose needs another one. Every change is a version that stays, in the order of
the instants at which they hold: a message that comes late finds its place, and a later withdrawal undoes nothing that
was done while the consent was in force.
"""

from bisect import insort
from collections.abc import Iterable
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Id, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.kernel.copies import changed
from ecomops.terms import CustomerId


class ConsentPurpose(Id):
    """Names what a consent is for: `marketing_sms`, `profiling`."""

    __slots__ = ()


class ConsentId(Id):
    """Names the consent of one customer for one purpose.

    Example:
        >>> ConsentId.of(CustomerId("c-1"), ConsentPurpose("marketing_sms"))
        ConsentId('marketing_sms:c-1')
    """

    __slots__ = ()

    longest: ClassVar[int] = 1001

    @classmethod
    def of(cls, customer: CustomerId, purpose: ConsentPurpose) -> "ConsentId":
        """Join a customer and a purpose; a colon in the purpose is escaped, so that no two pairs share an id."""
        return cls(f"{purpose.replace('%', '%25').replace(':', '%3A')}:{customer}")


@frozen(kw_only=True)
class ConsentVersion:
    """What holds from one instant on.

    Args:
        text_version: The version of the words that were agreed to; None for a withdrawal.
        at: From when on it holds.
    """

    text_version: str | None = field(validator=optional(some_text))
    at: DateTime = field(validator=an_instant)

    @property
    def given(self) -> bool:
        """Whether it gives consent."""
        return self.text_version is not None


@frozen(kw_only=True)
class Consent:
    """The consent of one customer for one purpose.

    Args:
        id: Made of both.
        customer: Whose it is.
        purpose: What for.
        versions: All that was said, in the order of its instants; at one instant a withdrawal is last, and counts.
    """

    id: ConsentId = field(validator=is_a(ConsentId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    purpose: ConsentPurpose = field(validator=is_a(ConsentPurpose))
    versions: tuple[ConsentVersion, ...] = field(default=(), validator=tuple_of(ConsentVersion))


@frozen(kw_only=True)
class ConsentOpened:
    """A customer was asked for the first time, and has not answered yet."""

    code: ClassVar[str] = "consent.opened"

    id: ConsentId = field(validator=is_a(ConsentId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    purpose: ConsentPurpose = field(validator=is_a(ConsentPurpose))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ConsentAdopted:
    """A consent was taken over from another system, with all its versions."""

    code: ClassVar[str] = "consent.adopted"

    id: ConsentId = field(validator=is_a(ConsentId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    purpose: ConsentPurpose = field(validator=is_a(ConsentPurpose))
    versions: tuple[ConsentVersion, ...] = field(validator=tuple_of(ConsentVersion))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ConsentGiven:
    """The customer agreed to a version of the words."""

    code: ClassVar[str] = "consent.given"

    id: ConsentId = field(validator=is_a(ConsentId))
    text_version: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ConsentWithdrawn:
    """The customer took the consent back."""

    code: ClassVar[str] = "consent.withdrawn"

    id: ConsentId = field(validator=is_a(ConsentId))
    at: DateTime = field(validator=an_instant)


Opening = ConsentOpened | ConsentAdopted
Later = ConsentGiven | ConsentWithdrawn
Event = Opening | Later


def open_consent(customer: CustomerId, *, purpose: ConsentPurpose, at: DateTime) -> tuple[ConsentOpened]:
    """Begin the consent of *customer* for *purpose*: nothing is agreed to yet."""
    return (ConsentOpened(id=ConsentId.of(customer, purpose), customer=customer, purpose=purpose, at=at),)


def give(consent: Consent, *, text_version: str, at: DateTime) -> tuple[ConsentGiven, ...]:
    """Agree to a version of the words; () when exactly that is in force at the instant, or was withdrawn at it.

    Raises:
        BadText: The version is no plain text.
    """
    version = ConsentVersion(text_version=text_version, at=at)
    holding = in_force(consent, at=at)
    same = holding is not None and holding.text_version == text_version
    if same or version in consent.versions or ConsentVersion(text_version=None, at=at) in consent.versions:
        return ()
    return (ConsentGiven(id=consent.id, text_version=text_version, at=at),)


def withdraw(consent: Consent, *, at: DateTime) -> tuple[ConsentWithdrawn, ...]:
    """Take *consent* back from the instant *at* on; () when it was taken back at that very instant.

    It is never refused, and noted also when nothing is in force then: a consent that arrives late may be from before.
    """
    withdrawn = ConsentVersion(text_version=None, at=at) in consent.versions
    return () if withdrawn else (ConsentWithdrawn(id=consent.id, at=at),)


def in_force(consent: Consent | None, *, at: DateTime) -> ConsentVersion | None:
    """Return what the customer agrees to at the instant *at*; None when to nothing, or when nobody asked.

    Example:
        >>> import pendulum
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> consent = CONSENT.replay(open_consent(CustomerId("c-1"), purpose=ConsentPurpose("sms"), at=day))
        >>> consent = CONSENT.fold(consent, give(consent, text_version="2026-01", at=day))
        >>> consent = CONSENT.fold(consent, withdraw(consent, at=day.add(days=3)))
        >>> in_force(consent, at=day.add(days=2)).text_version, in_force(consent, at=day.add(days=3))
        ('2026-01', None)
    """
    begun = () if consent is None else tuple(version for version in consent.versions if version.at <= at)
    return begun[-1] if begun and begun[-1].given else None


def _place(version: ConsentVersion) -> tuple[DateTime, bool, str]:
    return version.at, not version.given, version.text_version or ""


def _ordered(versions: Iterable[ConsentVersion]) -> tuple[ConsentVersion, ...]:
    return tuple(sorted(versions, key=_place))


def begin(event: Opening) -> Consent:
    """Return the consent that *event* tells of."""
    versions = event.versions if isinstance(event, ConsentAdopted) else ()
    return Consent(id=event.id, customer=event.customer, purpose=event.purpose, versions=_ordered(versions))


def evolve(consent: Consent, event: Later) -> Consent:
    """Return the consent as it stands after *event*."""
    match event:
        case ConsentGiven(text_version=text_version, at=at):
            return _with(consent, ConsentVersion(text_version=text_version, at=at))
        case ConsentWithdrawn(at=at):
            return _with(consent, ConsentVersion(text_version=None, at=at))
        case _:
            assert_never(event)


def _with(consent: Consent, version: ConsentVersion) -> Consent:
    versions = list(consent.versions)
    insort(versions, version, key=_place)
    return changed(consent, versions=tuple(versions))


CONSENT: Noun[Consent, Opening, Later] = Noun(
    kind="consent",
    model=Consent,
    events=Event,
    opens=(ConsentOpened, ConsentAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda consent: consent.id,
    keys={"customer": lambda consent: consent.customer, "purpose": lambda consent: consent.purpose},
)
