"""Products: the catalogue of the shop, its categories, where it is listed, and what it costs.

Verbs of the product are here. The other lifecycles are modules: `ecomops.products.categories` (one tree),
`ecomops.products.listings` (a product on a channel), `ecomops.products.prices` (price entries over time); which price
holds is decided in `ecomops.products.pricing`.
"""

from ecomops.products.categories import CATEGORY_TREE, Category, CategoryTree, TreeId
from ecomops.products.errors import (
    BadSchedule,
    BadTree,
    CategoryClosed,
    CategoryCycle,
    CategoryInUse,
    CategoryTaken,
    OtherCurrency,
    OtherTerms,
    ProductNotActive,
    ProductRetiredForGood,
    UnknownCategory,
)
from ecomops.products.listings import LISTING, Listing, ListingId, OffReason, listing_id
from ecomops.products.prices import PRICE, AudienceId, Layer, PriceEntry, PriceId, Terms
from ecomops.products.pricing import Asked, Resolved, resolve
from ecomops.products.product import (
    LIFECYCLE,
    PRODUCT,
    Attribute,
    Product,
    ProductAdopted,
    ProductDescribed,
    ProductDrafted,
    ProductPublished,
    ProductRetired,
    Status,
    describe,
    draft,
    publish,
    retire,
)

__all__ = [
    "CATEGORY_TREE",
    "LIFECYCLE",
    "LISTING",
    "PRICE",
    "PRODUCT",
    "Asked",
    "Attribute",
    "AudienceId",
    "BadSchedule",
    "BadTree",
    "Category",
    "CategoryClosed",
    "CategoryCycle",
    "CategoryInUse",
    "CategoryTaken",
    "CategoryTree",
    "Layer",
    "Listing",
    "ListingId",
    "OffReason",
    "OtherCurrency",
    "OtherTerms",
    "PriceEntry",
    "PriceId",
    "Product",
    "ProductAdopted",
    "ProductDescribed",
    "ProductDrafted",
    "ProductNotActive",
    "ProductPublished",
    "ProductRetired",
    "ProductRetiredForGood",
    "Resolved",
    "Status",
    "Terms",
    "TreeId",
    "UnknownCategory",
    "describe",
    "draft",
    "listing_id",
    "publish",
    "resolve",
    "retire",
]
