"""The domain of an online shop as a library: pure lifecycles, no I/O, every change an event.

Import the room you need (`ecomops.orders`, `ecomops.inventory`, `ecomops.products`), the use cases from
`ecomops.workflows`, the embedded store from `ecomops.memory`. Nothing here reads a clock, a file or the
environment: instants, ids and policies are arguments.
"""
