"""The rules as one would write them in DuckDB's SQL for this county and nothing else."""

from typing import Any

import pyarrow as pa

from sangesan.screening.bench.source import BenchSource
from sangesan.screening.bench.spans import Spans

LATEST = "(period - DATE '2000-01-01') * 140737488355328 + delivery::BIGINT * 33554432 + row_no"
TABLES = (
    """CREATE OR REPLACE TEMP TABLE person AS
    SELECT person_no, household_no, coalesce(labour IN ('普通劳动力', '技能劳动力'), false) AS labourer,
      coalesce(left_on <= '{as_of}', false) AS gone, coalesce(p.died_on <= '{as_of}', false) OR d.dead IS NOT NULL AS dead
    FROM people p LEFT JOIN (SELECT DISTINCT person_no AS dead FROM feed_death WHERE died_on <= '{as_of}') d
      ON d.dead = p.person_no""",
    """CREATE OR REPLACE TEMP TABLE home AS
    SELECT h.household_no, town, coalesce(formerly_poor, false) AS poor, coalesce(stage = 'monitoring', false) AS monitored,
      coalesce(relocated, false) AS relocated, coalesce(house_grade IN ('C', 'D'), false) AS bad_house,
      coalesce(NOT safe_water, false) AS bad_water, persons, labourers
    FROM households h JOIN (SELECT household_no, count(*) AS persons, count(*) FILTER (labourer) AS labourers
      FROM person WHERE NOT gone AND NOT dead GROUP BY 1) m USING (household_no)""",
    """CREATE OR REPLACE TEMP TABLE living AS
    SELECT person_no, household_no, town, labourer, poor, monitored FROM person JOIN home USING (household_no)
    WHERE NOT gone AND NOT dead""",
    """CREATE OR REPLACE TEMP TABLE medical AS
    SELECT person_no,
      coalesce(sum(self_paid) FILTER (care = '住院' AND settled_on >= '{year_start}'), 0)::BIGINT AS hospital,
      coalesce(sum(self_paid) FILTER (care IN ('门诊统筹', '门诊慢特病') AND settled_on >= '{last_start}'), 0)::BIGINT AS clinic,
      sum(self_paid)::BIGINT AS total
    FROM feed_medical_settlement WHERE settled_on BETWEEN '{twelve}' AND '{last_end}' GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE income AS
    SELECT household_no, max(net) FILTER (year = {year} - 1) AS net, max(net) FILTER (year = {year} - 2) AS before FROM (
      SELECT person_no, year, arg_max(wage + business - business_cost + property + transfer, {latest})::BIGINT AS net
      FROM feed_household_income WHERE period <= '{as_of}' AND year BETWEEN {year} - 2 AND {year} - 1 GROUP BY 1, 2)
    JOIN person USING (person_no) GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE job AS
    SELECT person_no, bool_or(ended_on IS NULL OR ended_on >= '{as_of}') FILTER (began_on <= '{as_of}') AS open,
      bool_or(ended_on IS NULL OR ended_on >= '{last_end}') FILTER (began_on <= '{last_end}') AS last_open,
      bool_or(ended_on IS NULL OR ended_on >= '{before_end}') FILTER (began_on <= '{before_end}') AS before_open,
      min(DATE '{as_of}' - ended_on) FILTER (ended_on BETWEEN '{idle}' AND '{as_of}') AS idle FROM (
      SELECT person_no, began_on, place, arg_max_null(ended_on, {latest}) AS ended_on
      FROM feed_employment WHERE period <= '{as_of}' GROUP BY ALL) GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE post AS
    SELECT person_no, bool_or(ended_on IS NULL OR ended_on >= '{as_of}') FILTER (began_on <= '{as_of}') AS open,
      count(*) FILTER (ended_on BETWEEN '{recent}' AND '{as_of}') AS ended FROM (
      SELECT person_no, began_on, post, arg_max_null(ended_on, {latest}) AS ended_on
      FROM feed_public_post WHERE period <= '{as_of}' GROUP BY ALL) GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE relief AS
    SELECT household_no, count(*) FILTER (began_on BETWEEN '{recent}' AND '{as_of}') AS fresh,
      count(*) FILTER (steady AND ended_on BETWEEN '{recent}' AND '{as_of}') AS stopped,
      count(*) FILTER (steady AND began_on <= '{as_of}' AND (ended_on IS NULL OR ended_on > '{as_of}')) AS open FROM (
      SELECT person_no, began_on, scheme IN ('低保', '特困') AS steady, scheme, arg_max_null(ended_on, {latest}) AS ended_on
      FROM feed_social_assistance WHERE period <= '{as_of}' GROUP BY ALL) JOIN living USING (person_no) GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE pupil AS
    SELECT person_no, s.status = '疑似辍学' AND s.stage IN ('小学', '初中') AS dropout,
      s.status = '在读' AND s.stage IN ('普高', '中职', '高职高专', '本科及以上') AS further FROM (
      SELECT person_no, arg_max({{status: status, stage: stage}}, {latest}) AS s FROM feed_school_enrolment
      WHERE period <= '{as_of}' AND (as_of IS NULL OR as_of <= '{as_of}') GROUP BY 1)""",
    """CREATE OR REPLACE TEMP TABLE uninsured AS
    SELECT person_no, household_no FROM (SELECT person_no, arg_max_null(status, {latest}) AS status
      FROM feed_insurance_enrolment WHERE period <= '{as_of}' AND year = {year} GROUP BY 1)
    JOIN living USING (person_no) WHERE status IN ('断保', '未参保')""",
    """CREATE OR REPLACE TEMP TABLE house AS
    SELECT household_no, count(*) FILTER (inspected_on BETWEEN '{recent}' AND '{as_of}') AS fresh FROM (
      SELECT person_no, arg_max_null(grade, {latest}) AS grade, arg_max_null(inspected_on, {latest}) AS inspected_on
      FROM feed_house_inspection WHERE period <= '{as_of}' AND (inspected_on IS NULL OR inspected_on <= '{as_of}')
      GROUP BY 1) JOIN living USING (person_no) WHERE grade IN ('C', 'D') GROUP BY 1""",
    """CREATE OR REPLACE TEMP TABLE water AS
    SELECT division, max(greatest(least(ended_on, DATE '{as_of}') - began_on, 0)) FILTER (cause <> '水质不达标') AS days,
      count(*) FILTER (cause = '季节性缺水') AS seasonal, count(*) FILTER (cause = '水质不达标') AS foul FROM (
      SELECT division, began_on, cause, arg_max_null(ended_on, {latest}) AS ended_on
      FROM feed_water_supply WHERE period <= '{as_of}' GROUP BY ALL)
    WHERE began_on <= '{as_of}' AND (ended_on IS NULL OR ended_on >= '{recent}') GROUP BY 1""",
)
HITS = """
SELECT 'R01' AS rule, household_no, person_no, hospital AS measure FROM medical JOIN living USING (person_no)
  WHERE poor AND hospital >= {hospital_line_formerly_poor}
UNION ALL SELECT 'R02', household_no, person_no, hospital FROM medical JOIN living USING (person_no)
  WHERE NOT poor AND hospital >= {hospital_line_others}
UNION ALL SELECT 'R03', household_no, person_no, clinic FROM medical JOIN living USING (person_no)
  WHERE clinic >= {outpatient_line}
UNION ALL SELECT 'R04', household_no, NULL, paid FROM income JOIN home USING (household_no) JOIN
  (SELECT household_no, sum(total)::BIGINT AS paid FROM medical JOIN living USING (person_no) GROUP BY 1) USING (household_no)
  WHERE paid >= 1 AND (paid * 100 >= net * {medical_burden_percent} OR (net - paid) < {monitoring_line} * persons)
UNION ALL SELECT 'R05', household_no, person_no, 1 FROM uninsured
UNION ALL SELECT 'R08', household_no, person_no, 1 FROM (
  SELECT person_no, arg_max({{status: status, category: category, grade: grade, day: issued_on}}, {latest}) AS s
  FROM feed_disability_certificate WHERE period <= '{as_of}' AND (issued_on IS NULL OR issued_on <= '{as_of}') GROUP BY 1)
  JOIN living USING (person_no) WHERE s.day >= '{recent}' AND s.status = '有效' AND (s.grade <= {severe_disability_grade}
    OR s.category IN ('精神', '智力') AND s.grade <= {mental_disability_grade})
UNION ALL SELECT 'R09', household_no, person_no, 1 FROM pupil JOIN living USING (person_no) WHERE dropout
UNION ALL SELECT 'R10', household_no, person_no, paid FROM (SELECT person_no, sum(self_paid)::BIGINT AS paid
  FROM feed_education_cost WHERE period BETWEEN '{twelve}' AND '{last_end}' GROUP BY 1) JOIN living USING (person_no)
  WHERE paid > {schooling_cost_line}
UNION ALL SELECT 'R11', household_no, NULL, count(*) FROM pupil JOIN living USING (person_no) WHERE further
  GROUP BY household_no HAVING count(*) >= {children_in_study_line}
UNION ALL SELECT 'R12', household_no, NULL, fresh FROM house WHERE fresh >= 1
UNION ALL SELECT 'R15', household_no, person_no, idle FROM job JOIN living USING (person_no) LEFT JOIN post USING (person_no)
  WHERE (poor OR monitored) AND labourer AND NOT coalesce(job.open, false) AND NOT coalesce(post.open, false)
  AND idle > {idle_days_line}
UNION ALL SELECT 'R17', household_no, person_no, ended FROM post JOIN living USING (person_no) LEFT JOIN job USING (person_no)
  WHERE ended >= 1 AND NOT coalesce(job.open, false) AND NOT coalesce(post.open, false)
UNION ALL SELECT 'R18', household_no, NULL, fresh FROM relief WHERE fresh >= 1
UNION ALL SELECT 'R19', household_no, NULL, stopped FROM relief WHERE stopped >= 1 AND open = 0
UNION ALL SELECT 'R20', household_no, person_no, count(*) FROM feed_death JOIN person USING (person_no)
  JOIN home USING (household_no) WHERE feed_death.died_on BETWEEN '{recent}' AND '{as_of}' AND labourer AND NOT gone
  GROUP BY ALL
UNION ALL SELECT 'R21', household_no, NULL, sum(loss)::BIGINT FROM feed_disaster_damage JOIN living USING (person_no)
  WHERE hazard <> '火灾' AND occurred_on BETWEEN '{recent}' AND '{as_of}'
  GROUP BY household_no HAVING count(*) FILTER (house <> '无' OR loss > 0 OR casualty) >= 1
UNION ALL SELECT 'R22', household_no, NULL, count(*) FROM feed_disaster_damage JOIN living USING (person_no)
  WHERE hazard = '火灾' AND occurred_on BETWEEN '{recent}' AND '{as_of}' GROUP BY household_no
UNION ALL SELECT 'R25', household_no, person_no, coalesce(lost, 0)::BIGINT FROM
  (SELECT person_no, sum(loss) AS lost FROM feed_fraud_loss
    WHERE occurred_on BETWEEN '{recent}' AND '{as_of}' GROUP BY 1)
  FULL JOIN (SELECT DISTINCT person_no, true AS jailed FROM feed_court_enforcement
    WHERE kind = '服刑' AND began_on BETWEEN '{recent}' AND '{as_of}') USING (person_no) JOIN living USING (person_no)
  WHERE lost >= {fraud_line} OR jailed AND labourer
UNION ALL SELECT 'R28', household_no, NULL, sum(loss)::BIGINT FROM feed_industry_loss JOIN living USING (person_no)
  WHERE occurred_on BETWEEN '{recent}' AND '{as_of}' GROUP BY household_no HAVING sum(loss) >= {industry_loss_line}
UNION ALL SELECT 'R29', household_no, person_no, max(days)::BIGINT FROM (SELECT person_no, contract_no,
  arg_max_null(overdue_days, {latest}) AS days FROM feed_microcredit
  WHERE period <= '{as_of}' AND (as_of IS NULL OR as_of <= '{as_of}') GROUP BY 1, 2) JOIN living USING (person_no)
  WHERE days > {overdue_days_line} GROUP BY ALL
UNION ALL SELECT 'R30', household_no, person_no, count(*) FROM (
  SELECT person_no, registration_no, arg_max({{kind: kind, status: status, day: as_of}}, {latest}) AS s FROM feed_business
  WHERE period <= '{as_of}' AND (as_of IS NULL OR as_of <= '{as_of}') GROUP BY 1, 2) JOIN living USING (person_no)
  WHERE s.day >= '{quarter}' AND s.kind IN ('个体工商户', '企业法人') AND s.status IN ('注销', '吊销') GROUP BY ALL
UNION ALL SELECT 'R31', household_no, person_no, sum(amount)::BIGINT FROM feed_court_enforcement JOIN living USING (person_no)
  WHERE kind = '被执行' AND began_on BETWEEN '{recent}' AND '{as_of}'
  GROUP BY ALL HAVING sum(amount) >= {enforcement_line}
UNION ALL SELECT 'R34', household_no, person_no, 1 FROM (
  SELECT person_no, arg_max({{situation: situation, day: as_of}}, {latest}) AS s FROM feed_child_in_difficulty
  WHERE period <= '{as_of}' AND (as_of IS NULL OR as_of <= '{as_of}') GROUP BY 1) JOIN living USING (person_no)
  WHERE s.day >= '{quarter}' AND s.situation IN ('孤儿', '事实无人抚养', '重病重残', '单亲')
UNION ALL SELECT 'R35', household_no, NULL, labourers FROM home WHERE relocated AND labourers >= 1 AND household_no NOT IN
  (SELECT household_no FROM living JOIN job USING (person_no) WHERE open
   UNION ALL SELECT household_no FROM living JOIN post USING (person_no) WHERE open)
UNION ALL SELECT 'R36', household_no, NULL, floor(net / persons)::BIGINT FROM income JOIN home USING (household_no)
  WHERE net < {monitoring_line} * persons AND NOT monitored
UNION ALL SELECT 'R37', household_no, NULL, floor(net / persons)::BIGINT FROM income JOIN home USING (household_no)
  WHERE floor(net / persons) * 100 < {near_line_percent} * {monitoring_line}
  OR before > 0 AND (before - net) * 100 >= {income_drop_percent} * before
UNION ALL SELECT 'R38', household_no, NULL, coalesce(missing, 0) FROM home LEFT JOIN house USING (household_no)
  LEFT JOIN (SELECT household_no, count(*) AS missing FROM uninsured GROUP BY 1) USING (household_no)
  LEFT JOIN (SELECT DISTINCT household_no, true AS out FROM pupil JOIN living USING (person_no) WHERE dropout)
    USING (household_no)
  WHERE NOT monitored AND (bad_house OR bad_water OR house.fresh IS NOT NULL OR missing >= 1 OR out)
UNION ALL SELECT 'R39', household_no, NULL, sum(paid)::BIGINT FROM feed_insurance_claim JOIN living USING (person_no)
  WHERE occurred_on BETWEEN '{recent}' AND '{as_of}' GROUP BY household_no
"""
DIVISION_HITS = """
SELECT 'R13' AS rule, division, coalesce(days, 0)::BIGINT AS measure FROM water
  WHERE days > {water_stop_days_line} OR seasonal >= 1
UNION ALL SELECT 'R14', division, foul FROM water WHERE foul >= 1
UNION ALL SELECT 'R16', town, count(*) FILTER (last_open) FROM job JOIN living USING (person_no) GROUP BY town
  HAVING (count(*) FILTER (before_open) - count(*) FILTER (last_open)) * 100
    > {migrant_fall_percent} * count(*) FILTER (before_open)
UNION ALL SELECT 'R26', division, count(*) FROM (SELECT division, site, arg_max({{level: level, day: as_of}}, {latest}) AS s
  FROM feed_geohazard WHERE period <= '{as_of}' AND (as_of IS NULL OR as_of <= '{as_of}') GROUP BY 1, 2)
  WHERE s.level <> '小型' AND s.day >= '{recent}' GROUP BY division
"""
COUNTED = (
    ("R06", "feed_serious_illness", "diagnosed_on", "true"),
    ("R07", "feed_severe_disorder", "diagnosed_on", "true"),
    ("R23", "feed_traffic_accident", "occurred_on", "true"),
    ("R24", "feed_crime_victim", "occurred_on", "labourer"),
    ("R32", "feed_petition", "received_on", "channel IN ('信访', '12345', '12317')"),
    ("R33", "feed_petition", "received_on", "channel = '网络舆情'"),
)
COUNT = """UNION ALL SELECT '{rule}', household_no, person_no, count(*) FROM {feed} JOIN living USING (person_no)
  WHERE {day} BETWEEN '{recent}' AND '{as_of}' AND {condition} GROUP BY ALL
"""
RULES = tuple(
    "R01 R02 R03 R04 R05 R06 R07 R08 R09 R10 R11 R12 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R24 R25 R26 R28 R29 R30 "
    "R31 R32 R33 R34 R35 R36 R37 R38 R39".split()
)


def run(source: BenchSource, spans: Spans, values: dict[str, int]) -> pa.Table:
    """Hits as rule, household_no, person_no, measure, division, in the order of the digest."""
    con = source.connect()
    words: dict[str, Any] = {
        **values, **vars(spans), "latest": LATEST, "year": spans.as_of.year, "last_start": spans.last_end.replace(day=1),
    }  # fmt: skip
    for text in TABLES:
        con.execute(text.format(**words))
    counted = "".join(
        COUNT.format(rule=rule, feed=feed, day=day, condition=condition, **words)
        for rule, feed, day, condition in COUNTED
    )
    hits = f"({HITS.format(**words)} {counted}) UNION ALL BY NAME ({DIVISION_HITS.format(**words)})"
    text = f"SELECT * FROM ({hits}) ORDER BY rule, household_no, person_no NULLS FIRST, division"  # noqa: S608  our text
    return con.sql(text).to_arrow_table()
