"""Products: the catalogue of the shop. Verbs of the product are here; `ecomops.products.product` is its room."""

from ecomops.products.product import (
    LIFECYCLE,
    PRODUCT,
    Product,
    ProductAdopted,
    ProductDrafted,
    ProductPublished,
    ProductRetired,
    Status,
    draft,
    publish,
    retire,
)

__all__ = [
    "LIFECYCLE",
    "PRODUCT",
    "Product",
    "ProductAdopted",
    "ProductDrafted",
    "ProductPublished",
    "ProductRetired",
    "Status",
    "draft",
    "publish",
    "retire",
]
