"""What the kernel says that processes used (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_NANO = 1e-9


class Memory(NamedTuple):
    """Of one process, in MB: what it maps, and its share when pages held by several are divided among them."""

    resident: float
    proportional: float


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes so far."""
    return sum(_precise(pid) or _ticked(pid) for pid in pids)


def _precise(pid: int) -> float | None:
    """In nanoseconds, where the kernel keeps such account; else None."""
    try:
        tasks = [task.read_text() for task in (_PROC / str(pid) / "task").glob("*/schedstat")]
    except OSError:
        return None
    return sum(int(task.split()[0]) for task in tasks) * _NANO


def _ticked(pid: int) -> float:
    """In hundredths of a second, which every kernel keeps. The name of a process may hold spaces, so cut it off."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def children(pid: int) -> list[int]:
    """The processes that this one has started and that are alive."""
    tasks = (_PROC / str(pid) / "task").glob("*/children")
    return sorted(int(child) for task in tasks for child in task.read_text().split())


def memory(pid: int) -> Memory:
    """What a process holds at this moment."""
    lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(amount.split()[0]) for name, _, amount in (line.partition(":") for line in lines)}
    return Memory(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024)
