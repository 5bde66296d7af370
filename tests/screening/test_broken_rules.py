"""One broken rule file per mistake: each is refused in Chinese, naming file and field and what to do."""

from pathlib import Path

import pytest
import yaml

from sangesan.kernel.refusal import Refusal
from sangesan.screening.reading import RULES, load_rules

BROKEN = Path(__file__).parent / "broken"
EXPECTED = yaml.safe_load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", sorted(EXPECTED))
def test_each_mistake_is_refused_by_name(mistake: str) -> None:
    with pytest.raises(Refusal) as caught:
        load_rules(BROKEN / mistake)
    assert EXPECTED[mistake] in str(caught.value)
    assert "R99.yaml" in caught.value.place
    assert caught.value.remedy


def test_every_broken_file_is_expected() -> None:
    assert {path.parent.name for path in BROKEN.glob("*/R99.yaml")} == set(EXPECTED)


def test_the_sound_file_they_are_made_from_is_taken(tmp_path: Path) -> None:
    (tmp_path / "R03.yaml").write_text((RULES / "R03.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (rule,) = load_rules(tmp_path)
    assert rule.title == "门诊自付单月过高"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有任何规则"):
        load_rules(tmp_path)
