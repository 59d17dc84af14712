"""Every public case has one owner: the room that answers it, and the module that runs it or the work that will.

`owners.json` has an entry for every area (or kind) of every file: how many `cases` it has, the `room` that answers
them, `runs` (test module -> the ids that it runs, or their number) and `waits` (whose work will answer the rest). Which
cases a module runs is read from its source: the literals of `@cases(...)` above its tests.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import pytest

from tests.conformance.case_files import FOLDER, Case, cases_taken, read

ROOT = Path(__file__).parents[2]
ROOMS = {"kernel", "products", "inventory", "promotions", "customers", "orders", "metrics", "memory"}
WAITING = {"products", "inventory", "promotions", "customers", "orders", "analytics"}


class Entry(TypedDict):
    """One area of one file: how many cases it has and who answers them."""

    cases: int
    room: str
    runs: NotRequired[dict[str, list[str] | int]]
    waits: NotRequired[str]


class Owned(TypedDict):
    """One file: the field that names the area of a case, how many cases it has, its digest, an entry per area."""

    key: str
    cases: int
    sha256: str
    entries: dict[str, Entry]


Owners = Mapping[str, Owned]
Files = Mapping[str, Sequence[Case]]
Runners = Mapping[str, Sequence[str]]

OWNERS: Owners = json.loads((Path(__file__).parent / "owners.json").read_text(encoding="utf-8"))
RUNNERS: Runners = {
    path.relative_to(ROOT).as_posix(): taken
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    if (taken := cases_taken(ast.parse(path.read_text(encoding="utf-8"))))
}


def findings(owners: Owners, files: Files, runners: Runners) -> Iterator[str]:
    """Everything in *owners* that is not true of the cases of *files* and of what the *runners* run."""
    for name in sorted({*owners, *files}):
        if name not in owners or name not in files:
            yield f"{name}: in one of owners and files only"
        else:
            yield from _file_findings(name, owners[name], files[name], runners)
    known = {case["id"] for cases in files.values() for case in cases}
    yield from (f"{module}: runs unknown {id}" for module, ids in runners.items() for id in ids if id not in known)


def _file_findings(name: str, owned: Owned, cases: Sequence[Case], runners: Runners) -> Iterator[str]:
    """Check the count and the areas of one file, then each area."""
    if owned["cases"] != len(cases):
        yield f"{name}: {owned['cases']} cases stated, {len(cases)} found"
    areas = {area: [case["id"] for case in cases if case.get(owned["key"]) == area] for area in owned["entries"]}
    owners_of = Counter(id for ids in areas.values() for id in ids)
    yield from (
        f"{name}: {case['id']} has {owners_of[case['id']]} entries" for case in cases if owners_of[case["id"]] != 1
    )
    for area, ids in areas.items():
        yield from (f"{name}, {area}: {finding}" for finding in _entry_findings(owned["entries"][area], ids, runners))


def _entry_findings(entry: Entry, ids: Sequence[str], runners: Runners) -> Iterator[str]:
    """Check one area, which has the cases *ids*."""
    stated = entry.get("runs", {})
    ran = {module: [id for id in dict.fromkeys(runners[module]) if id in ids] for module in runners}
    if not ids:
        yield "no case has this area"
    if entry["cases"] != len(ids):
        yield f"{entry['cases']} cases stated, {len(ids)} found"
    if entry["room"] not in ROOMS:
        yield f"no room {entry['room']}"
    for module in sorted({*stated, *(module for module in ran if ran[module])}):
        yield from _runner_finding(module, stated.get(module, 0), ran.get(module, []))
    yield from _rest_findings(entry, len(ids) - len({id for taken in ran.values() for id in taken}))


def _runner_finding(module: str, stated: list[str] | int, ran: Sequence[str]) -> Iterator[str]:
    """Compare what an entry states of a module with what the module runs of the area."""
    same = stated == len(ran) if isinstance(stated, int) else sorted(stated) == sorted(ran)
    if not same or not ran:
        yield f"{module} runs {list(ran)}, stated {stated}"


def _rest_findings(entry: Entry, rest: int) -> Iterator[str]:
    """Somebody known waits for the cases that no module runs, and nobody when there are none."""
    waits = entry.get("waits")
    if waits is None and rest:
        yield f"{rest} cases are run by nobody and wait for nobody"
    if waits is not None and not rest:
        yield f"{waits} waits for nothing"
    if waits is not None and waits not in WAITING:
        yield f"nobody is called {waits}"


def test_every_case_has_one_true_entry() -> None:
    """Each case of each file belongs to one entry, whose counts, room, runners and waiting owner are true."""
    assert list(findings(OWNERS, read(), RUNNERS)) == []


def test_no_two_cases_share_an_id() -> None:
    """An id names one case over all files, so that a runner can ask for it alone."""
    ids = Counter(case["id"] for cases in read().values() for case in cases)
    assert [id for id, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_the_files_are_copied_whole(name: str) -> None:
    """A case file is the published one byte for byte: a case is answered otherwise in its test, never edited."""
    assert sha256((FOLDER / name).read_bytes()).hexdigest() == OWNERS[name]["sha256"]


def test_the_cases_that_a_module_runs_are_read_from_its_source() -> None:
    """Only literals above tests count: not those above a helper, nor those of another decorator."""
    source = """
@cases("A1", "A2")
def test_one(case): ...
@cases("B1")
async def test_two(case): ...
@cases("C1")
def helper(case): ...
@others("D1")
def test_three(case): ...
"""
    assert cases_taken(ast.parse(source)) == ["A1", "A2", "B1"]


MODULE = "tests/conformance/test_small_cases.py"
SMALL_FILES: Files = {
    "small.json": [{"id": "A1", "area": "split"}, {"id": "A2", "area": "split"}, {"id": "B1", "area": "cancel"}]
}
SMALL_RUNNERS: Runners = {MODULE: ["A1", "A2"]}
SPLIT: Entry = {"cases": 2, "room": "kernel", "runs": {MODULE: ["A1", "A2"]}}
CANCEL: Entry = {"cases": 1, "room": "orders", "waits": "orders"}


def small(*, cases: int = 3, key: str = "area", **entries: Entry | None) -> Owners:
    """True owners of the small files, with some entries replaced or (None) left out."""
    kept = {area: entry for area, entry in ({"split": SPLIT, "cancel": CANCEL} | entries).items() if entry}
    return {"small.json": {"key": key, "cases": cases, "sha256": "", "entries": kept}}


def changed(entry: Entry, **fields: object) -> Entry:
    """Return *entry* with other fields."""
    return cast("Entry", {**entry, **fields})


@pytest.mark.parametrize("owners", [small(), small(split=changed(SPLIT, runs={MODULE: 2}))], ids=["by id", "by number"])
def test_a_runner_states_its_cases_by_id_or_by_number(owners: Owners) -> None:
    """Both ways of stating the same cases are true."""
    assert list(findings(owners, SMALL_FILES, SMALL_RUNNERS)) == []


@pytest.mark.parametrize(
    ("owners", "finding"),
    [
        ({}, "small.json: in one of owners and files only"),
        ({**small(), "lost.json": small()["small.json"]}, "lost.json: in one of owners and files only"),
        (small(cases=4), "small.json: 4 cases stated, 3 found"),
        (small(cancel=None), "small.json: B1 has 0 entries"),
        (small(key="kind"), "small.json: A1 has 0 entries"),
        (small(refund={"cases": 0, "room": "orders"}), "small.json, refund: no case has this area"),
        (small(cancel=changed(CANCEL, cases=2)), "small.json, cancel: 2 cases stated, 1 found"),
        (small(cancel=changed(CANCEL, room="kitchen")), "small.json, cancel: no room kitchen"),
        (small(cancel=changed(CANCEL, waits="nobody")), "small.json, cancel: nobody is called nobody"),
        (small(split=changed(SPLIT, waits="orders")), "small.json, split: orders waits for nothing"),
        (
            small(cancel={"cases": 1, "room": "orders"}),
            "small.json, cancel: 1 cases are run by nobody and wait for nobody",
        ),
        (
            small(split=changed(SPLIT, runs={MODULE: ["A1"]})),
            f"small.json, split: {MODULE} runs ['A1', 'A2'], stated ['A1']",
        ),
        (
            small(split=changed(SPLIT, runs={MODULE: ["A1", "A2", "B1"]})),
            f"small.json, split: {MODULE} runs ['A1', 'A2'], stated ['A1', 'A2', 'B1']",
        ),
        (small(split=changed(SPLIT, runs={MODULE: 3})), f"small.json, split: {MODULE} runs ['A1', 'A2'], stated 3"),
        (
            small(split={"cases": 2, "room": "kernel", "waits": "orders"}),
            f"small.json, split: {MODULE} runs ['A1', 'A2'], stated 0",
        ),
        (
            small(cancel=changed(CANCEL, runs={"tests/none.py": ["B1"]})),
            "small.json, cancel: tests/none.py runs [], stated ['B1']",
        ),
        (
            small(cancel=changed(CANCEL, runs={"tests/none.py": 0})),
            "small.json, cancel: tests/none.py runs [], stated 0",
        ),
    ],
)
def test_a_false_entry_is_found(owners: Owners, finding: str) -> None:
    """Each planted falsehood is named."""
    assert finding in list(findings(owners, SMALL_FILES, SMALL_RUNNERS))


def test_a_runner_of_an_unknown_case_is_found() -> None:
    """A module cannot claim a case that stands in no file."""
    found = findings(small(), SMALL_FILES, {MODULE: ["A1", "A2", "Z9"]})
    assert list(found) == [f"{MODULE}: runs unknown Z9"]
