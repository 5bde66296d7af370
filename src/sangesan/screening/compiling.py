"""A rule's `when` as a query over fact tables that are already there."""

import json

from sangesan.facts.evaluation import possible_truths
from sangesan.facts.functions import TRUTH
from sangesan.facts.model import Fact
from sangesan.facts.moment import Moment
from sangesan.facts.planning import DIVISIONS, HOUSEHOLDS, PEOPLE, FactPlan, Step
from sangesan.facts.queries import Select
from sangesan.facts.rendering import to_sql
from sangesan.facts.scanning import scalar
from sangesan.facts.subjects import DEAD, LIVING
from sangesan.facts.syntax import Column, Literal, Name, Node, Operation, compare, names_in, substitute
from sangesan.screening.rules import Rule

BASES = {"person": PEOPLE, "household": HOUSEHOLDS, "division": DIVISIONS}
KEYS = {PEOPLE: "person_no", HOUSEHOLDS: "household_no", DIVISIONS: "code"}


def compile_rule(rule: Rule, plan: FactPlan, moment: Moment) -> Step:
    """One rule's hits: rule, grain, household_no, person_no, division, measure, operands; and the tables it reads."""
    compiler = _Compiler(rule, plan, moment)
    return Step(rule.code, compiler.select(), compiler.reads())


class _Compiler:
    def __init__(self, rule: Rule, plan: FactPlan, moment: Moment) -> None:
        self.rule, self.plan = rule, plan
        self.when = moment.filled(plan.expand(rule.when), set(rule.parameters) & set(names_in(rule.when)))
        shown = [code for fact in rule.facts for code in names_in(plan.expand(Name(fact)))]
        self.stored = list(dict.fromkeys([*names_in(self.when), *shown]))
        self.base = BASES[rule.grain]
        self.tables = sorted({plan.tables[code] for code in self.stored} - {self.base})
        self.drivers = [table for table in self.tables if table != HOUSEHOLDS and self._drives(table)]

    def _drives(self, table: str) -> bool:
        """Whether nobody without a row in the table can be hit, whatever else is true."""
        known = {code: self.plan.book[code].empty for code in self.stored if self.plan.tables[code] == table}
        return True not in possible_truths(self.when, known)

    def reads(self) -> tuple[str, ...]:
        """The tables of the run that the query reads, sorted."""
        if self.base == DIVISIONS:
            return tuple(self.tables)
        return tuple(sorted({*self.tables, self._lead(), HOUSEHOLDS}))

    def select(self) -> Select:
        return Select(
            columns=(
                (f"'{self.rule.code}'", "rule"),
                ("'division'" if self.rule.grain == "division" else "'household'", "grain"),
                *self._subject(),
                (self._measure(), "measure"),
                (self._operands(), "operands"),
            ),
            source=self._from(),
            joins=tuple(self._joins()),
            where=(self._bound(self.when), *self._who()),
        )

    def _lead(self) -> str:
        """The table that the query starts from: of people a driver where there is one, else everybody."""
        if self.base != PEOPLE:
            return self.base
        mine = [table for table in self.drivers if table.startswith("person_")]
        needs_people = any(self.plan.tables[code] == PEOPLE for code in self.stored)
        return mine[0] if mine and not needs_people else self.base

    def _from(self) -> str:
        if self.base == DIVISIONS:
            return "divisions"
        return f"run.{self._lead()} AS {self._lead()}"

    def _joins(self) -> list[str]:
        lead = self._lead()
        joins = []
        others = [table for table in self.tables if table not in {lead, HOUSEHOLDS}]
        for table in others:
            key = "division" if self.base == DIVISIONS else f"{table.split('_')[0]}_no"
            here = f"{lead}.{KEYS[DIVISIONS] if self.base == DIVISIONS else key}"
            kind = "JOIN" if table in self.drivers else "LEFT JOIN"
            joins.append(f"{kind} run.{table} AS {table} ON {table}.{key} = {here}")
        if self.base == PEOPLE:
            joins.append(f"JOIN run.households AS households ON households.household_no = {lead}.household_no")
        return joins

    def _who(self) -> tuple[Node, ...]:
        if self.base != PEOPLE:
            return ()
        state = DEAD if self.rule.subjects == "deceased" else LIVING
        return (compare("=", Column(self._lead(), "state"), Literal(state)),)

    def _subject(self) -> tuple[tuple[str, str], ...]:
        none, text = "CAST(NULL AS BIGINT)", "CAST(NULL AS VARCHAR)"
        if self.base == DIVISIONS:
            return ((none, "household_no"), (none, "person_no"), ("divisions.code", "division"))
        person = f"{self._lead()}.person_no" if self.base == PEOPLE else none
        return ((f"{self._lead()}.household_no", "household_no"), (person, "person_no"), (text, "division"))

    def _bound(self, tree: Node) -> Node:
        return substitute(tree, self._column)

    def _column(self, code: str) -> Node:
        table = self.plan.tables[code]
        column = Column(table, code)
        empty = self.plan.book[code].empty
        if empty is None or table in {self.base, HOUSEHOLDS, *self.drivers}:
            return column
        return Operation("coalesce", (column, scalar(empty)))

    def _value(self, code: str) -> str:
        return to_sql(self._bound(self.plan.expand(Name(code))))

    def _measure(self) -> str:
        return f"CAST({self._value(self.rule.measure)} AS BIGINT)"

    def _operands(self) -> str:
        """Canonical JSON of the facts' values: keys sorted, no spaces."""
        parts = []
        for number, code in enumerate(self.rule.shown):
            head = ("," if number else "{") + json.dumps(code) + ":"
            parts.extend([f"'{head}'", _json(self.plan.book[code], self._value(code))])
        return f"CONCAT({', '.join(parts)}, '}}')"


def _json(fact: Fact, text: str) -> str:
    if fact.kind == TRUTH:
        return f"CASE WHEN {text} IS NULL THEN 'null' WHEN {text} THEN 'true' ELSE 'false' END"
    return f"COALESCE(CAST({text} AS VARCHAR), 'null')"
