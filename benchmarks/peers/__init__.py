"""The code that imports peers. They are installed for `make bench` only."""
