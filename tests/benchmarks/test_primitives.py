"""What numpy costs is told step by step, beside what it costs where goals were set."""

import pytest

from benchmarks import primitives


def test_each_step_is_told_beside_its_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven steps with a peer, and two threads beside one."""
    for name in ("NEAR", "FAR", "ROWS"):
        monkeypatch.setattr(primitives, name, 400)
    *found, threads = primitives.lines()
    assert [each["n"] for each in found] == [400] * 7
    assert all(each["ratio"] == round(each["peer_s"] / each["ours_s"], 3) for each in found if each["peer_s"])
    assert all(each["peer_s"] for each in found)
    assert threads["ratio"] is None
