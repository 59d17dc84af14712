"""The rules about which shops disagree: what holds here, what else is offered, and how to have it otherwise.

A default that is a field of a policy is read off the field; the page on policies shows this table (`docs.generate`),
and a test looks whether every field is there.
"""

# A tool for those who write the pages: it stands outside the package.
# ruff: noqa: INP001

from attrs import frozen

from ecomops.customers.policy import EarnRule, PointsPolicy, RegistrationPolicy, SpendRule
from ecomops.metrics.sales import Definition
from ecomops.orders.aftersales import AfterSalePolicy
from ecomops.orders.policy import OrderPolicy
from ecomops.orders.taxes import TaxTable
from ecomops.promotions.bargains import BargainPolicy
from ecomops.promotions.measures import Measure
from ecomops.promotions.policy import CouponPolicy, Lane, QuotePolicy
from ecomops.promotions.promotion import Limits
from ecomops.workflows.intake import TakeProducts


@frozen(kw_only=True)
class Default:
    """One question.

    Args:
        question: What shops answer differently.
        words: What holds here; beside the value of the field where there is one.
        others: What else is offered.
        how: How to have it otherwise.
        since: The release from which it is in force.
        owner: The policy whose field holds the default; None where no field does.
        field: The field.
    """

    question: str
    words: str = ""
    others: str = "—"
    how: str = "—"
    since: str = "0.1"
    owner: type | None = None
    field: str = ""


POLICIES: tuple[type, ...] = (
    OrderPolicy,
    AfterSalePolicy,
    TaxTable,
    QuotePolicy,
    CouponPolicy,
    Limits,
    BargainPolicy,
    RegistrationPolicy,
    PointsPolicy,
    SpendRule,
    EarnRule,
    Definition,
)
"""The policies whose fields stand on the page, each as a table of its own."""

DEFAULTS: tuple[Default, ...] = (
    Default(
        question="odd cent of a split",
        words="to the largest remainder, ties to the earlier position",
        how="order and weights are arguments of `Money.split`",
    ),
    Default(
        question="odd cents of the units of a line",
        words="to the first units, at each rung",
        others="none: any split adds up, and a line can be cut again",
    ),
    Default(
        question="rounding of a discount",
        owner=QuotePolicy,
        field="rounding",
        words="the discount is rounded, not the price",
        others="every `Rounding`",
        how="`QuotePolicy(rounding=...)`",
    ),
    Default(
        question="percentage over several lines",
        words="`Lines`: rounded once for each line; `Whole`: rounded once, then shared by amount",
        others="each promotion says which",
        how="`Reduction(target=...)`",
    ),
    Default(
        question="several promotions",
        owner=Lane,
        field="pick",
        words="each on what the former left: by lane, then priority, then id",
        others="`LanePick.BEST`: the one of a lane that saves most; `BEST_PER_LINE`: for each line",
        how="`QuotePolicy(lanes=...)`, `Promotion(lane=..., priority=...)`",
    ),
    Default(
        question="base of a threshold (满减门槛)",
        owner=Measure,
        field="read",
        words="what is left when the lane begins, read once; the bound itself counts",
        others="`Reading.LIST`, `Reading.RUNNING`",
        how="`Promotion(measures=...)`",
    ),
    Default(
        question="money limit of a promotion exceeded",
        owner=Limits,
        field="excess",
        words="the promotion does not apply, and says so",
        others="`Excess.CLAMP`: what is left of the money",
        how="`Limits(excess=...)`",
    ),
    Default(
        question="comparison with a missing fact",
        words="unknown; a promotion of which a condition is unknown does not apply",
        others="ask `evaluate` for the three values and what is left open",
        how="`kernel.rules`",
    ),
    Default(
        question="which price holds",
        words="contract or override, else the lower of member and sale, else list; then more named conditions, "
        "priority, higher minimum, lower price, id",
        how="layers and priorities are fields of `products.prices.Terms`",
    ),
    Default(
        question="tax in the price",
        owner=TaxTable,
        field="included",
        words="rounded half up once for each line, after discounts; the net amount is the rest",
        others="`included=False`: on top",
        how="`TaxTable(included=...)`",
    ),
    Default(
        question="manufacturer coupon (厂家券)",
        words="a tender that its funder pays, never a discount",
        others="the shop bears it",
        how="model it as a `Discount`",
    ),
    Default(
        question="a tender over several lines",
        words="shared by what is left of them",
        others="some lines only",
        how="`Tender(lines=...)`",
    ),
    Default(
        question="refund of a part of an order",
        words="what the units are worth at the frozen rungs, tenders to those who gave them",
        others="a fee that the shop keeps",
        how="`RefundReturn(fee=...)`",
    ),
    Default(question="restocking fee", words="at most what goes back over the gateway in its case"),
    Default(
        question="contradictory notices",
        words="the latest instant of the gateway; at one instant success, then the larger amount",
        how="`payments.contradictions` reports them",
    ),
    Default(question="money for a cancelled order, or too much", words="taken; a refund becomes due"),
    Default(
        question="when stock is bound (库存扣减)",
        words="reserved at placement until the payment deadline, set aside when paid, leaves at shipment",
        others="sold at the counter in one movement",
        how="`workflows.counter`",
    ),
    Default(
        question="selling beyond stock (超卖)",
        words="none; available = on hand - reserved - allocated, and the channels sell that less the buffer",
        others="so many units, or no limit",
        how="`backorder_limit` and `buffer` of each stock item",
    ),
    Default(question="scarce stock", words="first paid, first served"),
    Default(question="releasing or shipping too much", words="refused"),
    Default(
        question="unpaid order closes",
        owner=OrderPolicy,
        field="unpaid_after",
        others="per channel or campaign",
        how="`OrderPolicy` of `place_order`",
    ),
    Default(
        question="receipt taken as confirmed",
        owner=OrderPolicy,
        field="confirm_after",
        words="after shipment",
        others="per carrier or category",
        how="`OrderPolicy` of `ship_order`",
    ),
    Default(
        question="return window",
        owner=OrderPolicy,
        field="return_window",
        words="from receipt, for each arrival its own; the last instant counts",
        others="per category; zero closes at receipt",
        how="`OrderPolicy` of `confirm_receipt`, `move_parcel`, `sell_at_counter` and `pass_time`",
    ),
    Default(question="received order closes", words="when its last return window has ended and no case is open"),
    Default(
        question="goods of an approved return",
        owner=AfterSalePolicy,
        field="send_within",
        words="to arrive, else the case is withdrawn",
        how="`AfterSalePolicy` of `move_case`",
    ),
    Default(
        question="coupons and uses of a paid order that is cancelled",
        owner=CouponPolicy,
        field="back_when_paid",
        words="they come back",
        others="they stay used",
        how="`CouponPolicy` of `cancel_order` and `cancel_units`",
    ),
    Default(
        question="coupons and uses of an order that is sent, and refunded whole",
        owner=CouponPolicy,
        field="back_when_refunded",
        words="they stay used",
        others="they come back with the last goods",
        how="`CouponPolicy` of `refund_return`",
    ),
    Default(
        question="steps of a registration",
        owner=RegistrationPolicy,
        field="steps",
        words="complete at once",
        others="any steps, in an order",
        how="`RegistrationPolicy` of `register_customer`",
    ),
    Default(
        question="points can be spent",
        owner=PointsPolicy,
        field="matures_after",
        words="after they were earned",
        others="at once, or any time",
        how="`PointsPolicy` of `earn_points`",
    ),
    Default(
        question="points are lost",
        owner=PointsPolicy,
        field="lifetime",
        words="after they can be spent, at the end of the shop's day; the instant of expiry counts as expired",
        others="never, or any time",
        how="`PointsPolicy` of `earn_points`",
    ),
    Default(
        question="which points burn first",
        words="earliest expiry, none last, then earliest opening; equal ones are one lot",
    ),
    Default(
        question="points of a refunded order",
        owner=PointsPolicy,
        field="shortfall",
        words="taken from what awaits, its own lot, burning order; what is not there is owed",
        others="`Shortfall.CLAMP`: it is let go",
        how="`shortfall` of `claw_back_points`",
    ),
    Default(question="used points of a refunded order", words="come back with the expiry that they had"),
    Default(question="consent and withdrawal at one instant", words="the withdrawal counts"),
    Default(
        question="a batch with bad rows",
        owner=TakeProducts,
        field="on_bad",
        words="nothing is taken, every bad cell is told",
        others="`OnBad.TAKE_GOOD`: the good rows, and the list of the bad",
        how="`TakeProducts(on_bad=...)`, `TakeCustomers(on_bad=...)`",
    ),
    Default(
        question="which instant makes a sale",
        owner=Definition,
        field="sold",
        others="`SaleInstant.PLACED`",
        how="`Definition` of `tabulate`",
    ),
    Default(
        question="new buyer",
        owner=Definition,
        field="new_after",
        words="without a payment before",
        others="`FIRST_TIME_BUYERS`: never before; another time",
        how="the measure, `Definition(new_after=...)`",
    ),
)
