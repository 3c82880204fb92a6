"""The real wards and their crosswalk, taken in by a planner: rows by address stand in the unit of the day.

The files are not shipped. The test reads them from the folder that QUYDAT_REAL_DATA names; CI sets it.
"""

import os
from pathlib import Path

import pytest
from tests.support.terminal import Terminal

from quydat.app.study import init_study

REAL = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named"))
WARDS = REAL / "hcmc_units_2025.gpkg"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not WARDS.is_file(), reason="outlines of wards (QUYDAT_REAL_DATA) are not on this machine"),
]
REGISTER = """Mã cơ sở;Tên doanh nghiệp;Phường, xã;Quận, huyện;Diện tích đất (m2);Tổng diện tích sàn (m2);Tình trạng
K1;Cơ sở A;P. Tân Tạo A;Q. Bình Tân;900;500;đang hoạt động
K3;Cơ sở C;P. Tăng Nhơn Phú A;TP. Thủ Đức;700;300;đang hoạt động
"""


def test_the_wards_of_each_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(capsys)
    here = init_study(tmp_path / "study").folder
    common = ("--study", here, "--basis", "published", "--source", "map")
    terminal.done("import", WARDS, "--as", "unit", "--layer", "wards_168", *common, "--yes")
    crosswalk, mapping = REAL / "hcmc_ward_map_legacy_to_2025.csv", tmp_path / "m.toml"
    terminal.done("import", crosswalk, "--as", "unit_change", *common, "--save-mapping", mapping)
    mapping.write_text(mapping.read_text(encoding="utf-8") + '\n[defaults]\n"on" = "2025-07-01"\n', encoding="utf-8")
    terminal.done("import", crosswalk, "--as", "unit_change", *common, "--mapping", mapping, "--yes")
    register = tmp_path / "so.csv"
    register.write_text(REGISTER, encoding="utf-8")
    day = ("--source", "so", "--observed-on", "2025-06-30", "--yes")
    terminal.done("import", register, "--as", "observation", "--study", here, *day)

    def floor(on: str) -> dict[str, float]:
        rows = terminal.json("survey", here, "--by", "unit", "--as-of", on)["floor_space"]
        return {row["group"]: row["gross_floor_area_m2"] for row in rows}

    # Codes of the statistical office: most new wards took over that of an old one, which ended on 2025-07-01.
    assert floor("2025-06-30") == {"26842/2025-07-01": 300.0, "27457/2025-07-01": 500.0}
    # Tăng Nhơn Phú A became part of one ward; Tân Tạo A was divided between two, and no one knows in which it lies.
    assert floor("2025-07-01") == {"26842": 300.0, "unknown": 500.0}
    told = terminal.done("survey", here, "--by", "unit", "--as-of", "2025-06-30")
    assert "Phường Tân Tạo A (Quận Bình Tân)" in told
