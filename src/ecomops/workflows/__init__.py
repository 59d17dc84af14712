"""Use cases: a file each, named nominally, with the command, what it needs, the pure plan and the reads.

Import from the file: `from ecomops.workflows.placement import PlaceOrder, place_order`. Carry out with `kernel.run` or
`kernel.run_async`; call a `plan_...` with needs of your own when your rows come from elsewhere.
"""
