"""List a product on a channel, take it off, plan it, and record what the channel itself did to it."""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Draft, Missing, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.products import (
    LISTING,
    PRODUCT,
    Listing,
    ListingId,
    OffReason,
    Product,
    ProductNotActive,
    Status,
    listings,
)
from ecomops.products import listing_id as id_of_listing
from ecomops.products.listings import Later, Opening
from ecomops.products.listings import Status as ListingStatus
from ecomops.terms import ChannelId, Sku
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class ListProduct:
    """Let buyers of a channel see a product.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product; it is on sale.
        channel: Where.
    """

    code: ClassVar[str] = "list_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))


@frozen(kw_only=True)
class PlanListing:
    """Plan when buyers of a channel shall see a product, and when no more.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product; it is on sale.
        channel: Where.
        on_at: When it is listed; None plans nothing.
        off_at: When it is taken off; None plans nothing.
    """

    code: ClassVar[str] = "plan_listing"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    on_at: DateTime | None = field(default=None, validator=optional(an_instant))
    off_at: DateTime | None = field(default=None, validator=optional(an_instant))


@frozen(kw_only=True)
class DelistProduct:
    """Take a product off a channel.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
        channel: Where.
        reason: Why.
    """

    code: ClassVar[str] = "delist_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    reason: OffReason = field(default=OffReason.TAKEN_OFF, validator=is_a(OffReason))


@frozen(kw_only=True)
class BarListing:
    """Record that a channel took a product off for a broken rule.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
        channel: Where.
        rule: Which rule, in the channel's words.
    """

    code: ClassVar[str] = "bar_listing"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    rule: str = field(validator=some_text)


@frozen(kw_only=True)
class LiftBar:
    """Record that a channel lets a product be listed again.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
        channel: Where.
    """

    code: ClassVar[str] = "lift_bar"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))


@frozen(kw_only=True)
class ListingDue:
    """Do what time asks of a listing: switch it as planned.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        listing_id: The listing.
    """

    code: ClassVar[str] = "listing_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    listing_id: ListingId = field(validator=is_a(ListingId))


ListingCommand = ListProduct | PlanListing | DelistProduct | BarListing | LiftBar


@frozen(kw_only=True)
class ListingStands:
    """The answer: how the listing stands, and why it is off; None while buyers see it."""

    code: ClassVar[str] = "listing_stands"

    listing: ListingId = field(validator=is_a(ListingId))
    status: ListingStatus = field(validator=is_a(ListingStatus))
    reason: OffReason | None = field(validator=optional(is_a(OffReason)))


@frozen(kw_only=True)
class ListingSwitched:
    """The answer of time: the codes of what happened."""

    code: ClassVar[str] = "listing_switched"

    happened: tuple[str, ...] = field(validator=tuple_of(str))


@frozen(kw_only=True)
class ListingNeeds:
    """What the plan looks at: the product and its listing, each None where there is none."""

    product: Versioned[Product] | None = field(validator=optional(is_a(Versioned)))
    listing: Versioned[Listing] | None = field(validator=optional(is_a(Versioned)))


def plan_listing_command(command: ListingCommand, needs: ListingNeeds) -> Plan[ListingStands]:
    """Decide what happens to a listing; one that is new is entered first.

    Raises:
        Missing: There is no such product.
        ProductNotActive: It is to be listed, now or later, and is not on sale.
        BadSchedule: A planned instant has passed, or both are one.
        IllegalMove: The listing is barred or closed, or no bar is there to lift.
    """
    if needs.product is None:
        raise Missing(kind=PRODUCT.kind, ids=(command.sku,))
    _require_on_sale(command, needs.product.value)
    listing = LISTING.draft(needs.listing)
    if needs.listing is None:
        listing.add(listings.open_listing(command.sku, command.channel, at=command.at))
    listing.add(_decided(command, listing.value))
    return _stands(listing, PRODUCT.check(needs.product) if _lists(command) and listing.writes() else ())


def _require_on_sale(command: ListingCommand, product: Product) -> None:
    if _lists(command) and product.status is not Status.ACTIVE:
        raise ProductNotActive(sku=product.sku)


def _lists(command: ListingCommand) -> bool:
    """Tell whether buyers are to see the product, now or later."""
    return isinstance(command, ListProduct) or (isinstance(command, PlanListing) and command.on_at is not None)


def _decided(command: ListingCommand, listing: Listing) -> tuple[Later, ...]:
    match command:
        case ListProduct():
            return listings.turn_on(listing, at=command.at)
        case PlanListing():
            return listings.plan(listing, on_at=command.on_at, off_at=command.off_at, at=command.at)
        case DelistProduct():
            return listings.turn_off(listing, reason=command.reason, at=command.at)
        case BarListing():
            return listings.bar(listing, rule=command.rule, at=command.at)
        case LiftBar():
            return listings.lift_bar(listing, at=command.at)
        case _:
            assert_never(command)


def _stands(
    listing: Draft[Listing, Opening, Later], product: tuple[Write[Product], ...]
) -> Plan[ListingStands]:  # fmt: skip
    value = listing.value
    answer = ListingStands(listing=value.id, status=value.status, reason=value.reason)
    return Plan(answer=answer, writes=(*listing.writes(), *product))


def change_listing(command: ListingCommand) -> Work[ListingStands]:
    """Read the product and its listing, and do what the command says: one use case for all five."""
    product = yield from lookup(PRODUCT, command.sku)
    listing = yield from lookup(LISTING, id_of_listing(command.sku, command.channel))
    return plan_listing_command(command, ListingNeeds(product=product, listing=listing))


def listing_due(listing: Listing, *, at: DateTime) -> ListingDue | None:
    """Return what time asks of *listing* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.
    """
    deadline = listings.due_at(listing)
    if deadline is None or at < deadline:
        return None
    id = due_id(LISTING.kind, listing.id, deadline)
    return ListingDue(id=id, by=CLOCK, at=deadline, listing_id=listing.id)


def plan_listing_due(command: ListingDue, listing: Versioned[Listing]) -> Plan[ListingSwitched]:
    """Decide what time asks of a listing; nothing when its deadline has moved."""
    events = listings.elapse(listing.value, at=command.at)
    answer = ListingSwitched(happened=tuple(event.code for event in events))
    return Plan(answer=answer, writes=LISTING.write(listing, events))


def switch_listing(command: ListingDue) -> Work[ListingSwitched]:
    """Read a listing that has fallen due and switch it as planned.

    Raises:
        Missing: There is no such listing.
    """
    listing = yield from get(LISTING, command.listing_id)
    return plan_listing_due(command, listing)
