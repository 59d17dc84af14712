"""Whom a campaign is for: a rule over facts of customers, asked of one (`kernel.rules`) or of columns of all.

The columnar half is `ecomops.promotions.audiences.columnar`, which computes with numpy and is imported by itself.
"""
