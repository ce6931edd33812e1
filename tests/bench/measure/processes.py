"""Processes: what they used of processor and memory, and what the kernel keeps of their files."""

import contextlib
import os
import socket

TICK = os.sysconf("SC_CLK_TCK")


def stat(pid):
    """Parent, own CPU seconds, CPU seconds of ended children."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK, (int(fields[13]) + int(fields[14])) / TICK


def children(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if stat(name)[0] == pid:
                    found.append(int(name))
    return found


def cpu_with_children(pid):
    """CPU seconds of a postmaster: its own, its children's, also of those that ended."""
    while True:
        _, own, ended = stat(pid)
        living = 0.0
        for child in children(pid):
            with contextlib.suppress(OSError, IndexError):
                living += stat(child)[1]
        # A child that ended meanwhile would be counted twice or not at all.
        if stat(pid)[2] == ended:
            return own + ended + living


def memory(pid, field):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def shared_memory(pid):
    """Proportional memory of a postmaster with its children, MB; none where that may not be read."""
    total = 0.0
    for process in [pid, *children(pid)]:
        try:
            with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
        except OSError:
            return None
    return total


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def forget(paths):
    """Asks the kernel to drop these files from its cache: a cold start touches nobody else's files."""
    for path in paths:
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
