"""What numpy costs is told step by step, beside what it costs where goals were set."""

import pytest

from benchmarks import primitives


def test_each_step_is_told_beside_its_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven steps with a peer, and two threads beside one."""
    _few(monkeypatch)
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES", raising=False)
    *found, threads = primitives.lines()
    assert [each["n"] for each in found] == [400] * 7
    assert all(each["ratio"] == round(each["peer_s"] / each["ours_s"], 3) for each in found if each["peer_s"])
    assert all(each["peer_s"] for each in found)
    assert threads["ratio"] is None
    assert not any("does without" in each["note"] for each in found)


def test_instructions_that_numpy_does_without_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of the lines knows which instructions were there."""
    _few(monkeypatch)
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "X86_V4")
    *found, _ = primitives.lines()
    assert all(each["note"].endswith("; numpy does without X86_V4") for each in found)


def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEAR", "FAR", "ROWS"):
        monkeypatch.setattr(primitives, name, 400)
