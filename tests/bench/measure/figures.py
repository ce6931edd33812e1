"""Rounds put together."""

import statistics


def spread(rounds, field):
    values = [one[field] for one in rounds]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratios(left, right):
    """Round by round: what stood next to each other in time is compared."""
    return {
        name: spread([{"it": a[field] / b[field]} for a, b in zip(left, right) if b[field]], "it")
        for name, field in (("throughput", "rate"), ("p50", "p50"), ("p99", "p99"), ("postgres_cpu", "postgres_cpu"))
    }
