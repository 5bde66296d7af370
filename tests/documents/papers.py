"""Papers that several tests render."""

import io

from PIL import Image, ImageDraw

from sangesan.documents.barcode import paper_code
from sangesan.documents.form import (
    Closing,
    Fields,
    Heading,
    Paper,
    Paragraphs,
    Photos,
    QrCode,
    Signatures,
    Table,
    boxes,
)


def photo(width: int = 400, height: int = 300) -> bytes:
    """A JPEG with a position and a device in it, as phones write them."""
    picture = Image.new("RGB", (width, height), "#336699")
    ImageDraw.Draw(picture).ellipse((50, 50, 200, 200), fill="white")
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x0112] = 6  # to be turned by 90 degrees
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def a_leaflet(address: str = "https://county.example/report/abcdefgh/") -> Paper:
    """A leaflet in large type with a code to scan."""
    return Paper(
        "申报政策明白纸",
        subtitle="青山镇双河村",
        parts=[
            Heading("一、怎么申报"),
            QrCode(address, ["1. 用手机扫旁边的二维码", "2. 找网格员、村干部"]),
            Table(["步骤", "时间"], [["上门核查", "3天内"]], [1, 1]),
            Paragraphs(["不收一分钱。"], indent=False),
        ],
        note="版本 0A1B2C3D",
        large=True,
    )


def a_form(value: str = "刘某某", *, landscape: bool = False) -> Paper:
    """A form with every kind of part."""
    return Paper(
        "监测对象申请及承诺授权书",
        "三个三申〔2026〕1号",
        "（样表）",
        "青山镇双河村",
        [
            Heading("一、家庭情况"),
            Fields([("户主", value), ("组", "三组"), ("是否脱贫户", boxes(["是", "否"], ["是"]))]),
            Table(
                ["序号", "姓名", "情况"], [["1", "王某", "务农"], ["2", "李某", "在县城读初中二年级，住校"]], [1, 2, 5]
            ),
            Paragraphs(["本户承诺以上情况属实。"]),
            Photos([("房屋", photo()), ("入户", photo()), ("安置", photo())]),
            Signatures(["户主签字（按指印）：", "受理人签字：", "村民委员会（盖章）：", "镇人民政府（盖章）："]),
        ],
        "本表一式两份。",
        paper_code("APL", 123),
        landscape=landscape,
    )


def a_notice(
    *, sentence: str = "如有异议请拨打 0900-1234567。", subtitle: str = "", note: str = "", rows: int = 3
) -> Paper:
    """An official paper that may be public, but for what is put into it."""
    return Paper(
        "关于拟纳入监测对象的公示",
        "三个三公示〔2026〕3号",
        subtitle,
        "青山镇人民政府",
        [
            Paragraphs(["根据县委农村工作会议精神，现予公示，时间为2026-11-23 2026-11-28。", sentence]),
            Table(
                ["序号", "村", "户主", "类别", "风险", "开始", "结束"],
                [
                    [str(n), "双河村", "刘*国", "突发严重困难户", "家庭刚性支出较大", "2026-11-23", "2026-11-28"]
                    for n in range(1, rows + 1)
                ],
                [1, 2, 2, 3, 4, 3, 3],
            ),
            Closing("青山镇人民政府", "2026年11月23日"),
        ],
        note,
        official=True,
    )
