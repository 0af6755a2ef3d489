"""CPU time of servers, and of everybody else on the machine, as the kernel counts it."""

from __future__ import annotations

import os
import re
from pathlib import Path


def cpu_of(pid: int) -> list[int]:
    """Return the nanoseconds that each process of a tree has run for, all threads together.

    By schedstat; a kernel that keeps none says 0 there, and its clock ticks have to do.
    """
    found = []
    waiting = [pid]
    while waiting:
        spent = 0
        try:
            for task in Path(f"/proc/{waiting.pop()}/task").iterdir():
                spent += int((task / "schedstat").read_text().split()[0]) or _ticks((task / "stat").read_text())
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended meanwhile
        found.append(spent)
    return found


def _ticks(stat: str) -> int:
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def busy() -> float:
    """Return the seconds that all cores have been busy for, stolen time included."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Name the processor and the system."""
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{found[1] if found else 'unknown processor'}, {os.cpu_count()} cores, Linux {os.uname().release}"
