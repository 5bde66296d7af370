"""Every route is guarded, and the guards do what the access matrix says."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import matrix
from sangesan.field.api import PHONE
from sangesan.web.guards import PUBLIC, SIGNED_IN
from web.routes import Route, routes
from web.small_county import ROLES

ALL = routes()
OF_PAGES = [route for route in ALL if getattr(route.view, "act", PUBLIC) not in {PUBLIC, PHONE}]
OF_MATRIX = [route for route in OF_PAGES if route.view.act != SIGNED_IN]


def _name(route: Route) -> str:
    return route.name


def _ask(client: Client, route: Route) -> HttpResponse:
    method = "post" if route.view.methods == ("POST",) else "get"
    return getattr(client, method)(route.address)


@pytest.mark.parametrize("route", ALL, ids=_name)
def test_every_route_has_a_name_and_a_guard_of_the_matrix(route):
    assert route.name, f"{route.view} has no name"
    act = getattr(route.view, "act", None)
    assert act in {PUBLIC, SIGNED_IN, PHONE, *matrix()}, f"{route.name}: no guard, or its act is not in access_matrix.yaml"


def test_only_logging_in_the_language_the_one_time_link_the_phone_and_ones_own_report_are_public():
    public = {route.name for route in ALL if route.view.act == PUBLIC}
    phone = {"field", "field-worker", "field-manifest", "field-enrol"}
    own_report = {"report", "report-anywhere", "report-received", "report-progress", "report-voice"}
    assert public == {"login", "set_language", "authorise", "authorised"} | phone | own_report


@pytest.mark.parametrize("route", [r for r in ALL if r.view.act == PHONE], ids=_name)
@pytest.mark.parametrize("token", ["", "Device 1.x", "Device x", "Bearer 1.x"])
def test_a_phone_without_its_secret_is_told_to_log_in(small, route, token):
    for method in route.view.methods:
        answer = getattr(Client(), method.lower())(route.address, headers={"Authorization": token})
        assert answer.status_code == 401
        assert answer.json()["error"]["remedy"]


def test_the_table_is_not_empty():
    assert len(OF_MATRIX) >= 20


@pytest.mark.parametrize("route", OF_PAGES, ids=_name)
def test_nobody_gets_in_without_logging_in(small, route):
    answer = _ask(Client(), route)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


@pytest.mark.parametrize("route", [r for r in OF_PAGES if "GET" in r.view.methods], ids=_name)
def test_a_part_of_a_page_sends_the_whole_page_to_log_in(small, route):
    answer = Client().get(route.address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/login/"


@pytest.mark.parametrize("route", [r for r in OF_PAGES if "POST" in r.view.methods], ids=_name)
def test_a_form_of_a_page_left_open_stays_as_it_was_filled(small, route):
    answer = Client().post(route.address, headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (401, None)
    assert "登录已过期，填的内容还在" in said
    assert '<a href="/login/" target="_blank"' in said
    assert "<html" not in said


def test_a_form_without_a_chosen_post_stays_too(small, signed_in):
    client = signed_in("grid")
    Post.objects.filter(user=small.users["grid"]).delete()
    answer = client.post("/clues/1/visit/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert '<a href="/post/" target="_blank"' in answer.content.decode()
    assert client.post("/clues/1/visit/").url == "/post/"


def test_an_old_token_is_answered_with_a_fresh_one(small):
    client = Client(enforce_csrf_checks=True)
    client.force_login(small.users["grid"], backend="django.contrib.auth.backends.ModelBackend")
    address = "/households/999999/visit/"
    stale = client.post(address, {"csrfmiddlewaretoken": "x" * 64}, headers={"HX-Request": "true"})
    assert stale.status_code == 403
    assert "页面已过期，填的内容还在" in stale.content.decode()
    assert "<html" not in stale.content.decode()
    sent = client.post(address, {"csrfmiddlewaretoken": stale.headers["Fresh-Token"]}, headers={"HX-Request": "true"})
    assert "Fresh-Token" not in sent.headers
    assert "页面已过期" not in sent.content.decode()
    whole = client.post(address, {"csrfmiddlewaretoken": "x" * 64})
    assert "页面已过期" in whole.content.decode()
    assert "<html" in whole.content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("route", OF_MATRIX, ids=_name)
def test_each_role_gets_what_the_matrix_says(signed_in, route, role):
    """Allowed: anything but a server error (an object that does not exist is refused); else 403 and nothing more."""
    allowed = role in matrix()[route.view.act].roles
    answer = _ask(signed_in(role), route)
    if route.arguments and allowed:
        assert answer.status_code in {400, 403, 404}, "an object that does not exist must be refused"
    elif allowed:
        assert answer.status_code in {200, 302, 400}
    else:
        assert answer.status_code == 403
        assert matrix()[route.view.act].title in answer.content.decode()


@pytest.mark.parametrize("route", OF_MATRIX, ids=_name)
def test_other_methods_are_refused(signed_in, route):
    assert signed_in("county").delete(route.address).status_code == 405


FORMS_ONLY = [route for route in ALL if "GET" not in route.view.methods and "/api/" not in route.address]


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("route", FORMS_ONLY, ids=_name)
def test_where_only_forms_go_a_reader_is_led_to_a_page_above(small, route, method):
    answer = getattr(Client(), method)(route.address)
    assert answer.status_code == 302
    assert route.address.startswith(answer.url)
    assert answer.url != route.address
    assert "GET" in resolve(answer.url).func.methods


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/meetings/7/finish/", "/meetings/7/"),
        ("/cases/5/study/", "/cases/5/"),
        ("/cases/5/hits/3/", "/cases/5/"),
        ("/national/import/", "/national/"),
        ("/cases/act/", "/cases/"),
        ("/clues/5/visit/", "/clues/5/"),
        ("/responsibility/told/9/acknowledge/", "/responsibility/"),
        ("/parameters/a%3Fb/try/", "/parameters/a%3Fb/"),
        ("/people/3/identity/", "/"),
        ("/logout/", "/"),
    ],
)
def test_the_page_above_is_the_nearest_that_can_be_read(small, asked, page):
    assert Client().get(asked).headers.get("Location") == page


def test_the_address_of_a_form_takes_no_other_method(small):
    for route in FORMS_ONLY:
        for method in ("put", "patch", "delete", "options"):
            assert getattr(Client(), method)(route.address).status_code == 405


def test_no_django_admin_and_no_debug_routes():
    assert not [route for route in ALL if route.view.__module__.startswith("django.")]
