"""Repeats a published draw without any of the system's code: python3 repeat_draw.py the-draw.json."""

import json
import sys
from hashlib import sha256
from pathlib import Path

d = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
h = lambda text: sha256(text.encode()).hexdigest()  # noqa: E731
rows = sorted(f"{code} {weight} {town}" for code, weight, town in d["pool"])
digest = h("\n".join([f"{d['method']} {d['size']} {d['salt']}", *rows]))
keys = [d["secrets"]["style_office"], d["secrets"]["execution_office"]]
kept = [sha256(bytes.fromhex(key)).hexdigest() for key in keys]
told = [d["commitments"][office]["digest"] for office in ("style_office", "execution_office")]
seed = h("\n".join(["sangesan-draw", str(d["number"]), d["purpose"], d["period"], digest, *keys]))
towns, drawn = {}, []
for code, weight, town in d["pool"]:
    towns.setdefault(town if d["method"].endswith("_by_town") else "", []).append((h(f"{seed}|{code}"), code, weight))
share = {town: d["size"] * len(rows) // len(d["pool"]) for town, rows in towns.items()}
rest = sorted(towns, key=lambda town: (-(d["size"] * len(towns[town]) % len(d["pool"])), town))
for town in rest[: d["size"] - sum(share.values())]:
    share[town] += 1
for town, rows in towns.items():
    left, rows = share[town], sorted(rows)  # noqa: PLW2901
    if d["method"].startswith("equal"):
        drawn += rows[:left]
        continue
    while left and (sure := [r for r in rows if left * r[2] >= sum(q[2] for q in rows)]):
        drawn, rows, left = drawn + sure, [r for r in rows if r not in sure], left - len(sure)  # noqa: PLW2901
    total, reached = sum(r[2] for r in rows), 0
    point = int(h(f"{seed}|start|{town}"), 16) % total if left else 0
    for row in rows if left else []:
        reached += left * row[2]
        if point < reached:
            drawn, point = [*drawn, row], point + total
result = [code for _, code, _ in sorted(drawn)]
same = digest == d["pool_digest"] and kept == told and seed == d["seed"] and result == d["result"]
sys.stdout.write(f"{'、'.join(result)}  {'与公布的一致' if same else '与公布的不一致'}\n")
sys.exit(0 if same else 1)
