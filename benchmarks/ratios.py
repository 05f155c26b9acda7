"""Prints the table of ratios out of the JSON that pytest-benchmark wrote.

Usage: ratios.py RESULTS.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["table_of"]

COLUMNS = ("stage", "level", "ours us", "baseline", "us", "ratio", "goal", "")


def conditions_of(results: dict[str, Any]) -> str:
    """What the figures depend on, in one line."""
    machine = results["machine_info"]
    cpu = machine.get("cpu", {})
    facts = [
        machine.get("measured_on") or results["datetime"][:10],
        f"{cpu.get('brand_raw', 'unknown processor')} ({cpu.get('count', '?')} cores)",
        f"highest level {machine['highest_level']}",
        machine["openssl"] or "no openssl",
        f"Python {machine['python_version']}",
    ]
    return ", ".join(facts)


def row_of(info: dict[str, Any]) -> tuple[str, ...]:
    goal = info["goal"]
    verdict = "" if goal is None else "reached" if info["ratio"] >= goal else "MISSED"
    return (
        info["stage"],
        info["level"],
        f"{info['ours_us']:.3f}",
        info["baseline"],
        f"{info['baseline_us']:.2f}",
        f"{info['ratio']:.2f}",
        "" if goal is None else f">= {goal:g} {verdict}",
        info["note"],
    )


def table_of(results: dict[str, Any]) -> str:
    """One line a comparison, as a Markdown table: docs/performance.md takes it as it is."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS)]
    rows += [row_of(benchmark["extra_info"]) for benchmark in results["benchmarks"]]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


if __name__ == "__main__":
    measured = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(f"{conditions_of(measured)}\n\n{table_of(measured)}")
