"""Interleaved timing: every case once per round, so that a busy moment of the machine hits all alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median, quantiles


def interleaved(cases: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each case's every round but the first, which warms up."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, run in cases.items():
            started = time.perf_counter()
            run()
            if number:
                times[name].append((time.perf_counter() - started) * 1000)
    return times


def print_ratios(title: str, times: Mapping[str, list[float]], reference: str) -> None:
    """Medians and minima, and the medians as ratios to the reference's. Only the ratios compare between machines."""
    base = median(times[reference])
    width = max(map(len, times))
    print(f"\n{title}\n  {'':{width}}  median ms    min ms  ratio to {reference}")
    for name, values in times.items():
        print(f"  {name:{width}}  {median(values):9.2f} {min(values):9.2f}  {median(values) / base:6.2f}")


def print_added(title: str, times: Mapping[str, list[float]], reference: str) -> None:
    """Medians and 95th percentiles, and what each is more than the reference's, in milliseconds."""
    columns = [(median(values), quantiles(values, n=20)[-1]) for values in times.values()]
    base = dict(zip(times, columns, strict=True))[reference]
    width = max(map(len, times))
    print(f"\n{title}\n  {'':{width}}  median ms     added     ratio    p95 ms     added     ratio")
    for name, found in zip(times, columns, strict=True):
        compared = zip(found, base, strict=True)
        cells = "  ".join(f"{value:8.2f}  {value - of:+8.2f}  {value / of:8.2f}" for value, of in compared)
        print(f"  {name:{width}}  {cells}")
