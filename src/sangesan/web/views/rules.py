"""The rules: what they say, on whose word, with which values, whether they run."""

from django.http import HttpResponse
from django.shortcuts import render

from sangesan.regions.queries import today
from sangesan.screening.queries import latest_run, rule_states
from sangesan.screening.reading import load_exclusions
from sangesan.web.guards import guarded
from sangesan.web.labels import CYCLES, GRAINS, SEVERITIES
from sangesan.web.requests import Request
from sangesan.web.rule_states import facts_of, in_words, parameters_of, state_of


@guarded("screening.see")
def rules(request: Request) -> HttpResponse:
    """All rules with state and hits, narrowed to running or waiting ones; and what must be explained."""
    states, wanted = rule_states(request.post, today()), request.GET.get("state", "")
    running = [s for s in states if not s.waiting]
    waiting = [s for s in states if s.waiting]
    context = {
        "states": {"running": running, "waiting": waiting}.get(wanted, states),
        "wanted": wanted,
        "numbers": (len(states), len(running), len(waiting)),
        "exclusions": load_exclusions(),
        "run": latest_run(),
        "severities": SEVERITIES,
    }
    return render(request, "web/rules/list.html", context)


@guarded("screening.see")
def rule(request: Request, code: str) -> HttpResponse:
    """One rule with its parameters on the day and the figures it rests on."""
    state = state_of(request.post, code, today())
    context = {
        "state": state,
        "rule": state.rule,
        "words": in_words(state.rule),
        "parameters": parameters_of(state),
        "facts": facts_of(state.rule),
        "cycle": CYCLES.get(state.rule.cycle, state.rule.cycle),
        "grain": GRAINS[state.rule.grain],
        "severity": SEVERITIES.get(state.rule.severity, ""),
        "today": today(),
        "section": "rules",
    }
    return render(request, "web/rules/page.html", context)
