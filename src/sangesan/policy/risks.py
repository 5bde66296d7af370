"""The risk types: codes of a working national list [S56c], with three of our own (H1, H2, P1) that it lacks."""

from collections.abc import Mapping

RISK_TYPES: Mapping[str, str] = {
    "01": "因病", "0201": "因自然灾害（洪涝）", "0202": "因自然灾害（地质灾害）", "0203": "因自然灾害（旱灾）",
    "0204": "因自然灾害（生物灾害）", "0205": "因自然灾害（气象灾害）", "0206": "因自然灾害（地震）",
    "0299": "因自然灾害（其他）", "03": "因残", "04": "缺劳动力", "05": "因意外事故", "06": "因产业（项目）失败",
    "07": "因务工就业不稳", "09": "因学", "99": "其他", "H1": "因安全住房", "H2": "因安全饮水", "P1": "因疫（公共卫生）",
}  # fmt: skip
MOST_RISKS = 5  # per household, in order [S43c]
