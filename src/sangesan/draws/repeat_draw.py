"""Repeats a published draw without any of the system's code: python3 repeat_draw.py the-draw.json."""

import json
import sys
from hashlib import sha256
from pathlib import Path


def h(text: str) -> str:
    """SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()


d = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
lines = sorted(f"{code} {weight} {town}" for code, weight, town in d["pool"])
digest = h("\n".join([f"{d['method']} {d['size']} {d['salt']}", *lines]))
offices = ("style_office", "execution_office")
keys = [d["secrets"][office] for office in offices]
kept = [sha256(bytes.fromhex(key)).hexdigest() for key in keys]
seed = h("\n".join(["sangesan-draw", str(d["number"]), d["purpose"], d["period"], digest, *keys]))
towns: dict[str, list[tuple[str, str, int]]] = {}
for code, weight, town in d["pool"]:
    towns.setdefault(town if d["method"].endswith("_by_town") else "", []).append((h(f"{seed}|{code}"), code, weight))
share = {town: d["size"] * len(items) // len(lines) for town, items in towns.items()}
rest = sorted(towns, key=lambda town: (-(d["size"] * len(towns[town]) % len(lines)), town))
for town in rest[: d["size"] - sum(share.values())]:
    share[town] += 1
drawn: list[tuple[str, str, int]] = []
for town, items in towns.items():
    left, waiting = share[town], sorted(items)
    if d["method"].startswith("equal"):
        drawn += waiting[:left]
        continue
    while sure := [one for one in waiting if left and left * one[2] >= sum(other[2] for other in waiting)]:
        drawn, waiting, left = drawn + sure, [one for one in waiting if one not in sure], left - len(sure)
    total, reached = sum(one[2] for one in waiting), 0
    point = int(h(f"{seed}|start|{town}"), 16) % total if left else 0
    for one in waiting if left else []:
        reached += left * one[2]
        if point < reached:
            drawn, point = [*drawn, one], point + total
result = [code for _, code, _ in sorted(drawn)]
told = [d["commitments"][office]["digest"] for office in offices]
same = digest == d["pool_digest"] and kept == told and seed == d["seed"] and result == d["result"]
sys.stdout.write(f"{'、'.join(result)}  {'与公布的一致' if same else '与公布的不一致'}\n")
sys.exit(0 if same else 1)
