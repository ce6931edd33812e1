"""On what it was measured."""

import os
import platform
import re
import subprocess


def version(command):
    done = subprocess.run(command, capture_output=True, text=True)
    line = ((done.stdout or done.stderr).splitlines() or [""])[0].strip()
    return re.search(r"\d\S*", line).group() if re.search(r"\d", line) else line


def processors():
    with open("/proc/stat", encoding="utf-8") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def machine(program, node, here):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as file:
        size = int(file.readline().split()[1]) / 1024 / 1024
    commit = subprocess.run(["git", "-C", here, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return {
        "processors": f"{os.cpu_count()} of {models[0] if models else platform.machine()}",
        "memory": f"{size:.0f} GB",
        "system": platform.release(),
        "commit": commit or "unknown",
        "PostgreSQL": version(["psql", "--version"]),
        "Node": version([node, "--version"]),
        "wrk": version(["wrk", "--version"]),
        "Banyan": version([program, "--version"]),
    }
