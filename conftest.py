"""What runs besides the tests: each docstring example of src, and each code block of README and docs."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

collect_ignore_glob = [
    "docs/examples/*",  # scripts: their tests run them
    "docs/reference.py",  # for mkdocstrings, which only `make docs` installs
]

# The blocks of a page share their names and run from top to bottom. No parser for skips: every block runs.
pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
