"""Every form from every standing of a case: it opens, it says what the record says, and it asks the database alike often."""

import io
from datetime import date, timedelta

import docx
import pypdf
import pytest
import python_calamine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.builders import case_at, fill
from cases.way import CHAIN, Way, set_line
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.cases.models import AgendaItem, Authorisation, Meeting, NoticeCase, PrintedPaper
from sangesan.cases.papers.context import Asked, Context
from sangesan.cases.papers.forms import BY_MARK, FORMS
from sangesan.cases.papers.offering import offered
from sangesan.cases.printing import describe, print_paper
from sangesan.cases.states import State
from sangesan.clues.models import Clue, Scope
from sangesan.documents.barcode import paper_code, parse_code
from sangesan.documents.docx import render_docx
from sangesan.documents.markup import to_html
from sangesan.documents.public import ensure_public
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, identity

pytestmark = pytest.mark.django_db
OF_A_CASE = [form for form in FORMS.values() if form.about == "case"]


@pytest.fixture
def pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pytest.skip("libpango is not on this machine")


def home_a() -> Household:
    return Household.objects.get(code=f"{VILLAGE_A}00001")


@pytest.fixture
def full(small_county):
    """A case with a full record, and the numbers of what belongs to it."""
    case = case_at(home_a(), State.TRACKED, small_county.posts["county"])
    return case, fill(case, small_county.posts["village"]) | {"case": case.pk}


def subject_of(form, made):
    if form.about == "place":
        return int(TOWN_A)
    return made[next(iter(form.meetings), "joint_meeting") if form.about == "meeting" else form.about]


def get(small_county, code, subject, kind="docx", role="county", **more):
    return print_paper(
        post=small_county.posts[role], form=code, subject_id=subject, kind=kind, today=DAY, now=NOW, **more
    )


def words(data: bytes, kind: str = "docx") -> str:
    """The text of a file without blanks: a cell breaks lines where it likes."""
    if kind == "pdf":
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    elif kind == "xlsx":
        sheet = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
        text = "".join(str(cell) for row in sheet.to_python() for cell in row)
    else:
        opened = docx.Document(io.BytesIO(data))
        header = opened.sections[0].header.paragraphs
        text = "".join(p.text for p in [*header, *opened.paragraphs])
        text += "".join(cell.text for table in opened.tables for row in table.rows for cell in row.cells)
    return "".join(text.split()).replace("\u3000", "")


def opens(form, asked, context) -> None:
    """The description becomes a Word document that opens and the page that the PDF is made from."""
    paper = describe(form, form.load(asked), context, 7)
    assert "".join(paper.title.split()) in words(render_docx(paper))
    assert paper.barcode in to_html(paper)


@pytest.mark.parametrize("state", State)
def test_a_case_without_any_record_prints_every_form_in_every_state(small_county, state):
    case = case_at(home_a(), state, small_county.posts["county"])
    context = Context(DAY, "试验县", tree())
    for form in OF_A_CASE:
        opens(form, Asked(small_county.posts["county"], case.pk, DAY), context)


def test_along_the_whole_way_everything_there_is_prints(small_county):
    set_line()
    way = Way(small_county)
    for state in CHAIN:
        way.to(state)
        context, asked = Context(way.day, "试验县", tree()), [("case", way.case.pk)]
        asked += [("meeting", pk) for pk in AgendaItem.objects.filter(case=way.case).values_list("meeting", flat=True)]
        asked += [("notice", pk) for pk in NoticeCase.objects.filter(case=way.case).values_list("notice", flat=True)]
        for about, subject in asked:
            for one in offered(about, subject):
                if one.form.build:
                    opens(one.form, Asked(small_county.posts["county"], subject, way.day, one.place), context)


@pytest.mark.parametrize("code", FORMS)
def test_every_form_of_a_full_record_as_every_file(small_county, full, code, pango):
    _case, made = full
    form = FORMS[code]
    for kind in form.formats:
        printed = get(small_county, code, subject_of(form, made), kind)
        said = words(printed.data, kind)
        assert printed.name.endswith(f".{kind}")
        if kind == "xlsx":
            assert printed.number is None
            assert "陈大山" in said or code == "ledger"
            continue
        row = PrintedPaper.objects.get(pk=printed.number)
        mark, number = parse_code(paper_code(form.mark, printed.number))
        assert (BY_MARK[mark].code, number) == (row.kind, row.pk) == (code, printed.number)
        assert paper_code(form.mark, printed.number) in said
        assert ("陈大山" in said) != form.public
        if form.public:
            ensure_public(printed.data, kind, allowed_phones=["0915-1234567"])
            assert "陈*山" in said


# form -> what must stand on it, from the record that builders.fill writes
SAID = {
    "application": ["陈大山（户主）签字、按手印", identity(101, date(1968, 3, 5)), "13800001234", "☑农户自主申报", "☑因病", "2022-09-13按手印", "3人"],
    "check": ["甲、乙", "☑风险消除核查", "24,000.00", "500.00（不计入）", "6,800.00", "☑已见", "☑B级", "女儿未参保", "☑原有风险已消除"],
    "collection": ["长期慢性病", "61099800000001", "大病救助", "措施帮扶消除", "强降雨房屋受损", identity(102, date(1970, 6, 18)), "8,145.33元"],
    "comparison": ["小型轿车，2016-03-01登记", "务工用面包车，现值约八千元", "公安局", "命中1条，已说明1条"],
    "minutes": ["应到人数40人", "实到人数35人", "87%", "3311", "弟弟陈小山", "通过", "村文书介绍入户核查和比对情况"],
    "town_review": ["33/1/1", "6,878.66", "2022-09-13至2022-09-18", "拟纳入1户，其中通过1户"],
    "county_decision": ["试防返贫〔2022〕9号", "测试village双柳村村文书", "通过"],
    "plan": ["医疗保障局、张某", "县医疗救助办法", "2022-09-16转账凭据，5,000.00元", "人均收入低于监测范围121.34元", "364.02"],
    "elimination": ["6,878.66元", "有一项不安全", "大病救助（2022-09-16落实）", "已落实1项", "纳入后满6个月"],
    "notice": ["二组", "陈*山", "脱贫不稳定户", "家庭刚性支出较大、缺少劳动能力", "2022年9月13日至2022年9月18日", "0915-1234567", "双柳村村民委员会"],
    "announcement": ["东河镇人民政府", "试防返贫〔2022〕9号", "双柳村", "陈*山", "家庭刚性支出较大"],
    "ledger": ["识别入户核查", "因病、缺劳动力；住院费用大，家庭收入减少", "双柳村第1网格"],
}


@pytest.mark.parametrize("code", SAID)
def test_the_paper_says_what_the_record_says(small_county, full, code):
    said = words(get(small_county, code, subject_of(FORMS[code], full[1])).data)
    for text in SAID[code]:
        assert "".join(text.split()) in said, text


def test_each_of_the_ten_forms_and_the_lists_is_there():
    assert set(SAID) == {code for code, form in FORMS.items() if form.build}
    assert {code for code, form in FORMS.items() if "xlsx" in form.formats} == {"ledger", "monitored", "agenda", "decisions"}


def test_the_conditions_of_elimination_are_ticked_as_they_hold(small_county, full):
    case, _made = full
    later = DAY + timedelta(300)
    form = FORMS["elimination"]
    for line, expected in ((600_000, "☑是□否"), (900_000, "□是☑否")):
        set_line(line)
        paper = describe(form, form.load(Asked(small_county.posts["county"], case.pk, later)), Context(later, "试验县", tree()), 1)
        rows = {row[0]: row for part in paper.parts if getattr(part, "headings", ("",))[0] == "条件" for row in part.rows}
        assert "".join(rows["人均纯收入"][3].split()).replace("\u3000", "") == expected
        assert rows["观察时间"][2] == "9个月"
        assert "☑ 否" in rows["住房、教育、医疗、饮水"][3]


def test_only_the_forms_that_must_show_full_numbers_and_the_audit_names_whose(small_county, full):
    number = identity(101, date(1968, 3, 5))
    for form in FORMS.values():
        if not form.build:
            continue
        said = words(get(small_county, form.code, subject_of(form, full[1])).data)
        assert (number in said) == (form.code in {"application", "collection"}), form.code
        entry = Entry.objects.filter(tag__endswith=":print").order_by("-id").first()
        assert entry.detail["form"] == form.code
        assert ("people" in entry.detail) == (form.code in {"application", "collection"})
        if "people" in entry.detail:
            assert len(entry.detail["people"]) == 3
            assert "identity_number" in entry.detail["fields"]


def test_a_meeting_of_forty_asks_the_database_as_often_as_one_of_one(small_county, full):
    case, made = full
    meeting = Meeting.objects.get(pk=made["appraisal"])
    county = small_county.posts["county"]

    def count(form):
        with CaptureQueriesContext(connection) as queries:
            loaded = form.load(Asked(county, subject_of(form, made), DAY))
            if form.build:
                form.build(loaded, Context(DAY, "试验县", tree()))
            else:
                form.listing(loaded, Context(DAY, "试验县", tree()))
        return len(queries)

    forms = [f for f in FORMS.values() if f.about in {"meeting", "notice", "place"}]
    before = {f.code: count(f) for f in forms}
    for n in range(39):
        home = Household.objects.create(
            code=f"X{n}", head_name=f"王某{n}", village=VILLAGE_A, town=TOWN_A, residence=VILLAGE_A, residence_town=TOWN_A,
            grid=case.grid, size=3,
        )  # fmt: skip
        other = case_at(home, State.ASSISTED, county, category="unstable", risks=["01"], enrolled_on=DAY)
        for kind in Meeting.Kind:
            AgendaItem.objects.create(meeting_id=made[str(kind)], case=other, round=1, at_step=1, outcome="pass")
        NoticeCase.objects.create(notice_id=made["notice"], case=other, round=1, at_step=1)
    assert meeting.items.count() == 40
    assert {f.code: count(f) for f in forms} == before


def test_out_of_reach_is_refused_and_leaves_no_paper(small_county, full):
    home_b = Household.objects.get(code=f"{VILLAGE_B}00001")
    other = case_at(home_b, State.TRACKED, small_county.posts["county"])
    made = fill(other, small_county.posts["county"]) | {"case": other.pk}
    Meeting.objects.filter(pk=made["appraisal"]).update(division=VILLAGE_B)
    for role in ("town", "village", "grid"):
        for form in FORMS.values():
            subject = int(TOWN_B) if form.about == "place" else subject_of(form, made)
            with pytest.raises(NotAllowed):
                get(small_county, form.code, subject, form.formats[-1], role)
            with pytest.raises(NotAllowed):
                get(small_county, form.code, 999_999, form.formats[-1], role)
    for role in ("department", "inspector"):
        with pytest.raises(NotAllowed):
            get(small_county, "application", full[0].pk, "docx", role)
    assert not PrintedPaper.objects.exists()
    assert not Entry.objects.filter(tag__endswith=":print").exists()


@pytest.mark.parametrize("role", ["town", "village"])
def test_a_town_and_a_village_print_their_own(small_county, full, role):
    place = {"town": TOWN_A, "village": VILLAGE_A}[role]
    for form in FORMS.values():
        subject = int(place) if form.about == "place" else subject_of(form, full[1])
        if form.code == "town_review" and role == "village":
            with pytest.raises(NotAllowed):
                get(small_county, form.code, subject, "docx", role)
            continue
        assert get(small_county, form.code, subject, form.formats[-1], role).data


def test_unknown_forms_formats_and_meetings_of_another_kind_are_refused(small_county, full):
    case, made = full
    for code, subject, kind in (
        ("no_such", case.pk, "pdf"), ("check", case.pk, "xlsx"), ("monitored", int(TOWN_A), "pdf"), ("check", case.pk, "exe"),
        ("minutes", made["joint_meeting"], "docx"), ("announcement", made["town_review"], "docx"), ("ledger", 610998, "docx"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            get(small_county, code, subject, kind)
        assert refused.value.remedy
    assert not PrintedPaper.objects.exists()


def test_the_county_names_the_town_where_several_announce_and_a_town_has_only_its_own(small_county, full):
    _, made = full
    home_b = Household.objects.get(code=f"{VILLAGE_B}00001")
    other = case_at(home_b, State.ASSISTED, small_county.posts["county"], category="unstable", risks=["01"])
    AgendaItem.objects.create(meeting_id=made["joint_meeting"], case=other, round=1, at_step=1, outcome="pass")
    with pytest.raises(Refusal, match="几个镇"):
        get(small_county, "announcement", made["joint_meeting"])
    assert [o.place for o in offered("meeting", made["joint_meeting"]) if o.form.code == "announcement"] == [TOWN_A, TOWN_B]
    for role, place, there, gone in (("county", TOWN_B, "周*远", "陈*山"), ("town", "", "陈*山", "周*远")):
        said = words(get(small_county, "announcement", made["joint_meeting"], role=role, place=place).data)
        assert there in said
        assert gone not in said
    decided = words(get(small_county, "county_decision", made["joint_meeting"], role="town").data)
    assert "摘录" in decided
    assert "周明远" not in decided


def test_the_ledger_holds_clues_and_visits_of_the_days_asked_for(small_county, full):
    case, _ = full
    for n, day in enumerate((DAY - timedelta(40), DAY - timedelta(2))):
        clue = Clue.objects.create(
            household=case.household, division=VILLAGE_A, town=TOWN_A, grid=case.grid, risk=("01", "09")[n], channel="DEPT",
            state="open", headline=f"线索{n}号", opened_on=day, due_on=day + timedelta(5),
        )  # fmt: skip
        Scope.objects.create(clue=clue, scope="county", state="open", due_on=clue.due_on)
    month = words(get(small_county, "ledger", int(VILLAGE_A), "xlsx").data, "xlsx")
    assert "线索1号" in month
    assert "线索0号" not in month
    assert "部门筛查预警" in month
    longer = get(small_county, "ledger", int(TOWN_A), "xlsx", since=DAY - timedelta(60), until=DAY)
    assert "线索0号" in words(longer.data, "xlsx")
    for since, until in ((DAY, DAY - timedelta(1)), (DAY - timedelta(900), DAY)):
        with pytest.raises(Refusal, match="起止"):
            get(small_county, "ledger", int(TOWN_A), "xlsx", since=since, until=until)


def test_lists_carry_the_columns_of_the_allow_list_only(small_county, full):
    _, made = full
    for code in ("monitored", "agenda", "decisions"):
        form = FORMS[code]
        said = words(get(small_county, code, subject_of(form, made), "xlsx").data, "xlsx")
        assert identity(101, date(1968, 3, 5)) not in said
        assert "13800001234" not in said
        assert "慢性病" not in said
        assert "脱贫不稳定户" in said


def test_a_demonstration_says_so_on_every_paper(small_county, full):
    assert "演示系统" in words(get(small_county, "check", full[0].pk).data)


def test_nobody_is_authorised_by_printing(small_county, full):
    before = Authorisation.objects.count()
    get(small_county, "application", full[0].pk)
    assert Authorisation.objects.count() == before
