"""Random acts by random posts on random days against the real tables: never off the graph, never a record lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.way import CHAIN, Way, set_line
from sangesan.audit.models import Entry
from sangesan.cases.models import Case, Step
from sangesan.cases.procedure import TRANSITIONS
from sangesan.cases.states import ENDED, Act, State
from sangesan.kernel.refusal import Refusal

STEPS = st.one_of(
    st.tuples(st.just("on"), st.sampled_from(["on"])),
    st.tuples(st.sampled_from(["grid", "village", "town", "county"]), st.sampled_from(list(Act))),
)


class Walks(TestCase):
    """Each example in a transaction of its own."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STEPS, min_size=1, max_size=14))
    def test_walk(self, walk):
        from web.small_county import build

        way = Way(build(self.folder))
        set_line()
        states, number = [State(way.case.state)], 0
        for role, act in walk:
            state, records = State(way.fresh().state), Step.objects.filter(case=way.case).count()
            try:
                if role == "on":
                    target = CHAIN[CHAIN.index(state) + 1] if state in CHAIN[:-1] else None
                    moved = bool(target) and way.to(target) is not None
                else:
                    way.act(role, act, "写明的理由")
                    moved = True
            except Refusal:
                moved = False
            way.fresh()
            assert Step.objects.filter(case=way.case).count() == records + moved
            if not moved:
                assert way.case.state == state
                continue
            number += 1
            step = Step.objects.get(case=way.case, number=number)
            assert (step.source, step.target) == (state, way.case.state)
            assert TRANSITIONS[state, Act(step.act)].target == way.case.state
            assert state not in ENDED
            assert step.post_title
            states.append(State(way.case.state))
        told = [s.target for s in Step.objects.filter(case=way.case).order_by("number")]
        assert told == states
        assert Case.objects.filter(pk=way.case.pk, steps=number).exists()
        assert Entry.objects.filter(tag="cases:case:act").count() == number
