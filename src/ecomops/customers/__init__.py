"""Customers: who buys, what the shop knows of them, to what they agreed, and their points.

Verbs of the customer are here. Personal values are in `ecomops.customers.personal`, consents in
`ecomops.customers.consent`, points in `ecomops.customers.points`, with what one order earned and used in
`ecomops.customers.awards` and `ecomops.customers.spendings`.
"""

from ecomops.customers.awards import POINTS_AWARD, PointsAward
from ecomops.customers.consent import CONSENT, Consent, ConsentId, ConsentPurpose, ConsentVersion, in_force
from ecomops.customers.customer import (
    CUSTOMER,
    LIFECYCLE,
    Customer,
    DeactivationReason,
    Status,
    StepId,
    complete,
    deactivate,
    meet,
    merge,
    reactivate,
    register,
    require_not_erased,
)
from ecomops.customers.errors import (
    AwardOfAnother,
    BadFieldName,
    BadPersonalValue,
    CustomerErased,
    EraseInstead,
    MergedIntoItself,
    NotAMember,
    OverRefunded,
    OverReturned,
    PersonalEmpty,
    PersonalGone,
    PersonalOfAnother,
    PointsShort,
    SpendingExists,
)
from ecomops.customers.personal import PERSONAL, FieldName, Personal, PersonalValue, Purpose
from ecomops.customers.points import POINTS, Awaiting, PointsAccount
from ecomops.customers.policy import (
    DEFAULT_REGISTRATION,
    Bucket,
    EarnRule,
    PointsPolicy,
    RegistrationPolicy,
    Shortfall,
    SpendRule,
)
from ecomops.customers.spendings import POINTS_SPENDING, PointsSpending

__all__ = [
    "CONSENT",
    "CUSTOMER",
    "DEFAULT_REGISTRATION",
    "LIFECYCLE",
    "PERSONAL",
    "POINTS",
    "POINTS_AWARD",
    "POINTS_SPENDING",
    "Awaiting",
    "AwardOfAnother",
    "BadFieldName",
    "BadPersonalValue",
    "Bucket",
    "Consent",
    "ConsentId",
    "ConsentPurpose",
    "ConsentVersion",
    "Customer",
    "CustomerErased",
    "DeactivationReason",
    "EarnRule",
    "EraseInstead",
    "FieldName",
    "MergedIntoItself",
    "NotAMember",
    "OverRefunded",
    "OverReturned",
    "Personal",
    "PersonalEmpty",
    "PersonalGone",
    "PersonalOfAnother",
    "PersonalValue",
    "PointsAccount",
    "PointsAward",
    "PointsPolicy",
    "PointsShort",
    "PointsSpending",
    "Purpose",
    "RegistrationPolicy",
    "Shortfall",
    "SpendRule",
    "SpendingExists",
    "Status",
    "StepId",
    "complete",
    "deactivate",
    "in_force",
    "meet",
    "merge",
    "reactivate",
    "register",
    "require_not_erased",
]
