"""Computing, announcing, objecting, reviewing, freezing: from the record to a frozen score."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from assessment.assessed_county import AFTER, NOW, Q3, attend, head, member, office
from racing import together
from sangesan.accounts.permissions import NotAllowed
from sangesan.assessment.computing import announce, compute, digest_of, freeze
from sangesan.assessment.models import Assessment, Objection, Review, Score
from sangesan.assessment.objecting import object_to, review
from sangesan.assessment.scoring import assessment, result_of, score_page, scores, years
from sangesan.assessment.sheet_history import change_sheet, sheet_on
from sangesan.assessment.sheets import Kind, parse_sheet, shipped_sheets
from sangesan.assessment.words import OBJECTION, opened
from sangesan.inspections.findings import record_finding
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Message
from sangesan.supervision.models import Sheet
from web.small_county import TOWN_A, TOWN_B, VILLAGE_A

pytestmark = pytest.mark.django_db
TOWN = f"town:{TOWN_A}"


def computed(county, as_of: date = date(2022, 9, 30)):
    return compute(post=county.posts["county"], period=Q3, as_of=as_of, now=NOW)


def find(county, **more):
    given = {
        "defect": "irregular_records", "unit": f"village:{VILLAGE_A}", "place": VILLAGE_A, "words": "评议记录没有签到表",
        "found_on": date(2022, 9, 13), "submission": uuid4(), "now": NOW.replace(month=9, day=13), "today": date(2022, 9, 13),
    } | more  # fmt: skip
    return record_finding(post=county.posts["inspector"], **given)


def score_of(subject: str) -> Score:
    return Score.objects.get(subject=subject, assessment__period=str(Q3))


def line_of(score: Score, code: str) -> dict:
    return next(line for line in score.lines if line["code"] == code)


def announced(county):
    seated = office(county)
    computed(county)
    announce(post=seated, period=Q3, kind=Kind.TOWN, today=AFTER, now=NOW)
    return seated


def object_(county, record: str = "", **more) -> Objection:
    given = {
        "score_id": score_of(TOWN).pk, "indicator": "findings", "record": record, "words": "签到表在镇档案室，附照片",
        "submission": uuid4(), "today": AFTER, "now": NOW,
    } | more  # fmt: skip
    return object_to(post=county.posts["town"], **given)


# --- from the record ------------------------------------------------------------------------------------------------


def test_a_finding_costs_its_town_points_and_leads_back_to_itself(small_county):
    one = find(small_county)
    computed(small_county)
    line = line_of(score_of(TOWN), "findings")
    assert (line["points"], line["got"]) == (800, 750)
    assert [(r["kind"], r["number"], r["words"], r["minus"]) for r in line["records"]] == [
        ("finding", str(one.pk), "东河镇双柳村", 50)
    ]
    assert line_of(score_of(f"town:{TOWN_B}"), "findings")["got"] == 800


def test_the_total_is_what_an_independent_count_of_its_lines_gives(small_county):
    """The oracle reads the YAML and the kept lines and adds up by itself."""
    find(small_county)
    find(small_county, fabricated=True, defect="system_mismatch")
    computed(small_county)
    raw = shipped_sheets()[Kind.TOWN].content
    for score in Score.objects.filter(assessment__kind="town"):
        judged = [x for x in score.lines if x["part"] == "base" and x["standing"] == "scored"]
        base = sum(x["got"] for x in judged) * 100 / sum(x["points"] for x in judged)
        bonus = min(sum(x["got"] for x in score.lines if x["part"] == "bonus") / 100, raw["bonus"]["most"])
        penalty = min(sum(x["got"] for x in score.lines if x["part"] == "penalty") / 100, raw["penalty"]["most"])
        assert abs(score.total / 100 - max(base + bonus - penalty, raw["floor"])) < 0.0051
    assert line_of(score_of(TOWN), "fabricated")["got"] == 500


def test_what_was_recorded_after_the_quarter_counts_in_the_next_one(small_county):
    find(small_county, now=NOW, today=AFTER, found_on=date(2022, 9, 29))
    computed(small_county)
    assert line_of(score_of(TOWN), "findings")["got"] == 800
    compute(post=small_county.posts["county"], period=Quarter(2022, 4), as_of=date(2022, 10, 31), now=NOW)
    later = Score.objects.get(subject=TOWN, assessment__period="2022-Q4")
    assert line_of(later, "findings")["got"] == 750


def test_a_team_is_judged_by_its_days(small_county):
    who = member(small_county, since=date(2022, 7, 1))
    attend(small_county, who, date(2022, 7, 1), 20)
    attend(small_county, who, date(2022, 8, 1), 30)  # more than asked for counts as asked for
    attend(small_county, who, date(2022, 9, 1), 8)
    computed(small_county)
    line = line_of(score_of(f"team:{VILLAGE_A}"), "days")
    assert line["value"] == [48, 60]
    assert line["got"] == 1500  # 80 % lies half-way between 60 and 100


def test_computing_again_replaces_and_two_kinds_of_subjects_stay_apart(small_county):
    computed(small_county)
    find(small_county)
    computed(small_county)
    assert Assessment.objects.count() == 4
    assert Score.objects.filter(assessment__kind="town").count() == 2
    assert Score.objects.filter(assessment__kind="department").count() == 18
    assert line_of(score_of(TOWN), "findings")["got"] == 750
    assert score_of(TOWN).changed == [["findings", 800, 750]]
    computed(small_county)
    assert score_of(TOWN).changed == [["findings", 800, 750]], (
        "a night without changes leaves standing what changed last"
    )


def test_a_quarter_that_has_not_begun_is_refused(small_county):
    with pytest.raises(Refusal, match="还没有开始"):
        compute(post=small_county.posts["county"], period=Quarter(2022, 4), as_of=date(2022, 9, 13), now=NOW)


def test_the_number_of_queries_does_not_grow_with_the_subjects(small_county, django_assert_max_num_queries):
    member(small_county)
    with django_assert_max_num_queries(140):
        computed(small_county)


# --- announcing, objecting, freezing --------------------------------------------------------------------------------


def test_only_the_seat_announces_and_only_after_the_end(small_county):
    computed(small_county)
    with pytest.raises(NotAllowed):
        announce(post=small_county.posts["county"], period=Q3, kind=Kind.TOWN, today=AFTER, now=NOW)
    seated = office(small_county)
    with pytest.raises(Refusal, match="还没有结束"):
        announce(post=seated, period=Q3, kind=Kind.TOWN, today=date(2022, 9, 30), now=NOW)
    Assessment.objects.update(as_of=date(2022, 9, 20))
    with pytest.raises(Refusal, match="重新计算"):
        announce(post=seated, period=Q3, kind=Kind.TOWN, today=AFTER, now=NOW)


def test_what_was_announced_is_not_computed_again(small_county):
    announced(small_county)
    before = score_of(TOWN).lines
    find(small_county)
    computed(small_county)
    assert score_of(TOWN).lines == before
    told = Message.objects.filter(post=small_county.posts["town"], source__startswith="assessment_announced")
    assert told.count() == 1


def test_an_accepted_objection_changes_the_score_and_stays_visible(small_county):
    one = find(small_county)
    seated = announced(small_county)
    before = score_of(TOWN).total
    raised = object_(small_county, f"finding:{one.pk}")
    assert opened(OBJECTION, raised.sealed) == "签到表在镇档案室，附照片"
    review(post=seated, objection_id=raised.pk, accepted=True, words="已核对签到表原件", today=AFTER, now=NOW)
    page = score_page(small_county.posts["town"], score_of(TOWN).pk)
    assert page.result.total > before
    assert score_of(TOWN).total == before  # the announced row itself stays
    assert page.objections[0].review.accepted
    changed = next(line for line in page.result.lines if line.code == "findings")
    assert (changed.got, changed.records) == (800, ())


def test_a_refused_objection_changes_nothing(small_county):
    one = find(small_county)
    seated = announced(small_county)
    raised = object_(small_county, f"finding:{one.pk}")
    review(post=seated, objection_id=raised.pk, accepted=False, words="照片不是那次会议的", today=AFTER, now=NOW)
    page = score_page(small_county.posts["town"], score_of(TOWN).pk)
    assert page.result.total == score_of(TOWN).total


def test_points_are_given_back_no_more_than_were_lost(small_county):
    find(small_county)
    seated = announced(small_county)
    raised = object_(small_county)
    for wrong in (None, 0, 51):
        with pytest.raises(Refusal, match="退还"):
            review(
                post=seated,
                objection_id=raised.pk,
                accepted=True,
                words="已核对签到表原件",
                restored=wrong,
                today=AFTER,
                now=NOW,
            )
    review(
        post=seated, objection_id=raised.pk, accepted=True, words="已核对签到表原件", restored=50, today=AFTER, now=NOW
    )
    result = result_of(score_of(TOWN), parse_sheet(score_of(TOWN).assessment.sheet, "表"))
    line = next(one for one in result.lines if one.code == "findings")
    assert (line.got, line.restored, len(line.records)) == (800, 50, 1)


REFUSED = [
    ({"words": "不对"}, "理由"),
    ({"indicator": "no_such"}, "没有这一项"),
    ({"indicator": "honest"}, "不能提异议"),
    ({"record": "finding:999"}, "没有这条记录"),
    ({"today": AFTER + timedelta(days=8)}, "异议期"),
]


@pytest.mark.parametrize(("more", "words"), REFUSED)
def test_objections_that_are_refused(small_county, more, words):
    announced(small_county)
    with pytest.raises(Refusal, match=words):
        object_(small_county, **more)


def test_who_may_object_and_who_reviews(small_county):
    seated = announced(small_county)
    other = score_of(f"town:{TOWN_B}").pk
    with pytest.raises(NotAllowed):
        object_(small_county, score_id=other)
    with pytest.raises(NotAllowed):
        object_to(
            post=small_county.posts["village"], score_id=score_of(TOWN).pk, indicator="findings", words="不是这样的情况", submission=uuid4(),
            today=AFTER, now=NOW,
        )  # fmt: skip
    raised = object_(small_county)
    with pytest.raises(NotAllowed):
        review(
            post=small_county.posts["county"],
            objection_id=raised.pk,
            accepted=False,
            words="不予采纳",
            today=AFTER,
            now=NOW,
        )
    Objection.objects.filter(pk=raised.pk).update(post=seated.pk)
    with pytest.raises(NotAllowed, match="自己"):
        review(post=seated, objection_id=raised.pk, accepted=False, words="不予采纳理由", today=AFTER, now=NOW)


def test_the_same_objection_and_review_twice_are_one(small_county):
    seated = announced(small_county)
    number = uuid4()
    first = object_(small_county, submission=number)
    assert object_(small_county, submission=number).pk == first.pk
    with pytest.raises(Refusal, match="已经提过"):
        object_(small_county)
    for _ in range(2):
        review(post=seated, objection_id=first.pk, accepted=False, words="没有新的材料", today=AFTER, now=NOW)
    assert Review.objects.count() == 1
    with pytest.raises(Refusal, match="已经复核过"):
        review(
            post=seated, objection_id=first.pk, accepted=True, words="没有新的材料", restored=1, today=AFTER, now=NOW
        )


def test_freezing_waits_for_days_and_reviews_and_then_nothing_changes(small_county):
    one = find(small_county)
    seated = announced(small_county)
    raised = object_(small_county, f"finding:{one.pk}")
    end = AFTER + timedelta(days=7)
    with pytest.raises(Refusal, match="异议期到"):
        freeze(post=seated, period=Q3, kind=Kind.TOWN, today=end, now=NOW)
    late = end + timedelta(days=1)
    with pytest.raises(Refusal, match="没有复核"):
        freeze(post=seated, period=Q3, kind=Kind.TOWN, today=late, now=NOW)
    review(post=seated, objection_id=raised.pk, accepted=True, words="已核对签到表原件", today=late, now=NOW)
    row = freeze(post=seated, period=Q3, kind=Kind.TOWN, today=late, now=NOW)
    again = freeze(post=head(small_county), period=Q3, kind=Kind.TOWN, today=late + timedelta(days=1), now=NOW)
    assert (again.pk, again.digest, again.frozen_on) == (row.pk, row.digest, late)
    assert row.digest == digest_of(row)
    kept = score_of(TOWN).frozen_total
    find(small_county)
    computed(small_county)
    assert score_of(TOWN).frozen_total == kept
    with pytest.raises(Refusal, match="已过"):
        object_(small_county)
    Score.objects.filter(subject=TOWN).update(frozen_total=1)
    assert digest_of(row) != row.digest


def test_a_year_is_the_mean_of_its_frozen_quarters(small_county):
    seated = announced(small_county)
    assert years(small_county.posts["county"], 2022, Kind.TOWN) == []
    freeze(post=seated, period=Q3, kind=Kind.TOWN, today=AFTER + timedelta(days=8), now=NOW)
    found = years(small_county.posts["county"], 2022, Kind.TOWN)
    assert (found[0].subject, found[0].mean) == (TOWN, score_of(TOWN).frozen_total)


# --- who sees what, ranks -------------------------------------------------------------------------------------------


def test_who_sees_which_subjects(small_county):
    member(small_county)
    computed(small_county)
    on = date(2022, 9, 30)

    def seen(role: str, kind: Kind) -> set[str]:
        return {row.score.subject for row in scores(small_county.posts[role], assessment(Q3, kind), on=on)}

    assert seen("county", Kind.TOWN) == {TOWN, f"town:{TOWN_B}"}
    assert seen("inspector", Kind.TEAM) == {f"team:{VILLAGE_A}"}
    assert (seen("town", Kind.TOWN), seen("town", Kind.TEAM)) == ({TOWN}, {f"team:{VILLAGE_A}"})
    assert (seen("village", Kind.TOWN), seen("village", Kind.TEAM)) == (set(), {f"team:{VILLAGE_A}"})
    assert seen("department", Kind.DEPARTMENT) == {"department:medical_security"}
    grid = small_county.posts["grid"]
    assert (seen("grid", Kind.CADRE), seen("grid", Kind.TEAM)) == ({f"cadre:{grid.pk}"}, set())
    with pytest.raises(NotAllowed):
        score_page(small_county.posts["town"], score_of(f"town:{TOWN_B}").pk)


def test_nothing_is_ranked_by_default_nor_below_the_least_number(small_county, monkeypatch):
    seated = announced(small_county)
    freeze(post=seated, period=Q3, kind=Kind.TOWN, today=AFTER + timedelta(days=8), now=NOW)
    row, on = assessment(Q3, Kind.TOWN), AFTER

    def ranks():
        return [one.rank for one in scores(small_county.posts["county"], row, on=on)]

    assert ranks() == [None, None]
    from sangesan.assessment import scoring

    monkeypatch.setattr(scoring, "YES", "否")  # as if the county had switched it on
    assert ranks() == [None, None]  # two towns are too few
    monkeypatch.setattr(scoring, "RANK_LEAST", "assessment_review_days")  # five, still too few
    assert ranks() == [None, None]


# --- the county's own sheet -----------------------------------------------------------------------------------------


def own_sheet() -> dict:
    made = dict(shipped_sheets()[Kind.TOWN].content)
    made["title"] = "本县镇考核表"
    return made


def test_the_county_changes_a_sheet_from_a_quarter_on(small_county):
    on = date(2022, 9, 13)
    given = {
        "content": own_sheet(),
        "from_quarter": Quarter(2022, 4),
        "document": "考核办〔2022〕8号",
        "today": on,
        "now": NOW,
    }
    for _ in range(2):
        change_sheet(post=small_county.posts["county"], **given)
    assert sheet_on(Kind.TOWN, Q3.first_day()).title != "本县镇考核表"
    new = sheet_on(Kind.TOWN, Quarter(2022, 4).first_day())
    assert (new.title, new.source) == ("本县镇考核表", "考核办〔2022〕8号")
    from sangesan.assessment.models import SheetChange

    assert SheetChange.objects.count() == 1


def test_a_sheet_of_the_past_without_document_or_rewarding_numbers_is_refused(small_county):
    on = date(2022, 9, 13)
    given = {"content": own_sheet(), "from_quarter": Quarter(2022, 4), "document": "文", "today": on, "now": NOW}
    bad = own_sheet() | {
        "indicators": [{"code": "x", "title": "识别", "points": 100, "deduct": {"enrolled": 1}, "source": "x"}]
    }
    for more, words in (
        ({"from_quarter": Quarter(2022, 2)}, "过去"),
        ({"document": " "}, "依据"),
        ({"content": bad}, "识别户数"),
    ):
        with pytest.raises(Refusal, match=words):
            change_sheet(post=small_county.posts["county"], **given | more)
    with pytest.raises(NotAllowed):
        change_sheet(post=small_county.posts["town"], **given)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_that_freeze_at_once_make_one(small_county):
    seated = announced(small_county)

    def work():
        return freeze(post=seated, period=Q3, kind=Kind.TOWN, today=AFTER + timedelta(days=8), now=NOW).digest

    digests = together(work, work)
    assert all(isinstance(one, str) for one in digests)
    assert len(set(digests)) == 1
    assert Assessment.objects.filter(frozen_on__isnull=False).count() == 1
    assert Message.objects.filter(post=small_county.posts["town"], source__startswith="assessment_frozen").count() == 1


def test_sheets_flow_in_by_themselves(small_county):
    """A red sheet of the village costs its town, in the quarter in which it was signed."""
    Sheet.objects.create(
        origin="x", colour="red", cause="direct", matter="双柳村评议记录造假", sealed=b"", unit=f"village:{VILLAGE_A}",
        person=small_county.posts["village"], state="issued", year=2022, number=1, drafted_on=date(2022, 8, 1), drafted_by=1,
        drafted_title="x", signed_by=1, issued_on=date(2022, 8, 2), due_on=date(2022, 8, 5), submission=uuid4(), recorded_at=NOW,
    )  # fmt: skip
    computed(small_county)
    assert line_of(score_of(TOWN), "sheets_issued")["got"] == 200
    assert line_of(score_of(TOWN), "sheets")["standing"] == "too_few"
    assert line_of(score_of(TOWN), "sheets")["value"] == [0, 1]
