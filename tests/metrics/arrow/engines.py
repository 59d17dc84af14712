"""The engines whose tables are read. None of them tells its types, so each is fetched by name: Any to a checker."""

from importlib import import_module
from typing import Any

duckdb: Any = import_module("duckdb")
pa: Any = import_module("pyarrow")
pd: Any = import_module("pandas")
