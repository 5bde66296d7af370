"""Papers printed from the record, and signed papers coming back as photos."""

from datetime import date
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.cases.papers.forms import FORMS
from sangesan.cases.printing import print_paper
from sangesan.cases.returning import Returned, authorise_by_paper, returned_paper, take_back
from sangesan.kernel.dates import parse_date
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today, tree
from sangesan.web.form_values import date_of, number_of, numbers_of, version_of
from sangesan.web.guards import ASK, guarded
from sangesan.web.paper_offers import FORMATS
from sangesan.web.requests import Request
from sangesan.web.visit_form import files_of


@guarded("cases.print")
def paper(request: Request, form: str, subject: int, kind: str) -> FileResponse:
    """The file itself; printing is an act, numbered and audited. ?place=, ?since=, ?until= where the form has them."""
    asked = request.GET
    made = print_paper(
        post=request.post,
        form=form,
        subject_id=subject,
        kind=kind,
        today=today(),
        now=timezone.now(),
        place=asked.get("place", "")[:12],
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )
    answer = FileResponse(BytesIO(made.data), as_attachment=True, filename=made.name, content_type=made.content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@guarded("cases.print")
def papers(request: Request) -> HttpResponse:
    """Papers about a place: which, of where, of which days. With a form asked for it leads to the file."""
    asked, day = request.GET, today()
    form, place = FORMS.get(asked.get("form", "")), number_of_place(asked.get("place", ""))
    if form is not None and form.about == "place" and place is not None:
        return _to_file(request, form.code, place)
    context = {
        "forms": [
            (f.code, f.title, [(kind, FORMATS[kind]) for kind in f.formats])
            for f in FORMS.values()
            if f.about == "place"
        ],
        "places": _places(request.post),
        "since": Month.of(day).first_day(),
        "until": day,
        "section": "papers",
    }
    return render(request, "web/papers/places.html", context)


@guarded("cases.fill", ASK)
def give_back(request: Request) -> HttpResponse:
    """Photos of signed papers: each goes to its record by the code on it; what could not be placed is said."""
    context: dict[str, object] = {"section": "paper-return", "today": today()}
    if request.method == "POST":
        try:
            context["results"] = take_back(
                post=request.post,
                photos=files_of(request.FILES, "photos"),
                today=today(),
                now=timezone.now(),
                code=request.POST.get("code", "")[:40],
            )
        except Refusal as refusal:
            context["refusal"] = refusal
    return render(request, "web/papers/return.html", context)


@guarded("cases.fill", ASK)
def returned(request: Request, paper_id: int) -> HttpResponse:
    """One paper that came back; for an application the adults whose signatures stand on it are ticked here."""
    found = returned_paper(request.post, paper_id, today())
    if request.method != "POST":
        return _returned(request, found)
    given = request.POST
    try:
        authorise_by_paper(
            post=request.post,
            paper_id=paper_id,
            version=version_of(given),
            people=numbers_of(given.getlist("people")),
            on=date_of(given, "on", "签字日期"),
            today=today(),
            now=timezone.now(),
            written_by=given.get("written_by", "")[:60],
            read_out=bool(given.get("read_out")),
        )
    except Refusal as refusal:
        return _returned(request, found, refusal)
    messages.success(request, _("授权已登记"))
    return redirect("paper-returned", paper_id)


def number_of_place(text: str) -> int | None:
    """A division's code as a number: twelve digits, or a county's six."""
    return int(text) if len(text) == 12 and text.isdecimal() else number_of(text)


def _returned(request: Request, found: Returned, refusal: Refusal | None = None) -> HttpResponse:
    context = {"one": found, "today": today(), "refusal": refusal, "section": "paper-return"}
    return render(request, "web/papers/returned.html", context)


def _to_file(request: Request, form: str, place: int) -> HttpResponse:
    asked = request.GET
    kind = asked.get("kind", "")
    if kind not in FORMS[form].formats:
        kind = FORMS[form].formats[-1]
    days = {name: asked[name] for name in ("since", "until") if asked.get(name)}
    return redirect(reverse("paper", args=[form, place, kind], query=days))


def _day(text: str) -> date | None:
    return parse_date(text) if text else None


def _places(post: Post) -> list[tuple[str, str]]:
    """(code, name) of what the post may ask for: the county's all, a town's own and its villages, one's own village."""
    places = tree()
    if post.role == Post.Role.COUNTY:
        towns = places.towns()
        codes = [county().code, *(code for town in towns for code in (town, *places.children.get(town, ())))]
    else:
        codes = [post.division, *places.children.get(post.division, ())]
    return [(code, places.full_name(code)) for code in codes]
