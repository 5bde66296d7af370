"""The pages of responsibility: lists with their button, the chain, handing over, a household's two lines."""

import pytest
from django.test import Client
from django.urls import reverse

from sangesan.accounts.models import Post, User
from sangesan.accounts.queries import system_post
from sangesan.leadership.models import Seat
from sangesan.registry.models import Household
from sangesan.responsibility.actions import assign_watched
from sangesan.responsibility.models import Agreement, Duty, Told
from sangesan.responsibility.telling import tell_other_line
from web.small_county import COMMUNITY, DAY, GRID_C, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def moved(small) -> Household:
    """The relocated household, with contact cadres at both its places."""
    for n, (title, role, division, grid) in enumerate(
        [
            ("高坪村包联干部", "village", VILLAGE_B, ""), ("新居社区包联干部", "village", COMMUNITY, ""),
            ("新居社区第1网格网格员", "grid", COMMUNITY, GRID_C), ("西山镇防返贫专干", "town", TOWN_B, ""),
        ]
    ):  # fmt: skip
        user = User.objects.create_user(f"holder{n}", None, name=f"任职人{n}")
        Post.objects.create(user=user, role=role, title=title, division=division, grid=grid, valid_from="2021-01-01")
    return Household.objects.get(code=f"{VILLAGE_B}00002")


def acts_as(title: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(posts__title=title), backend=BACKEND)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_what_was_told_is_acknowledged_on_the_list(moved) -> None:
    tell_other_line([(moved, "clue:7", "吴家成住院自付过高")], now=NOW, today=DAY)
    residence = acts_as("新居社区包联干部")
    page = text(residence.get("/responsibility/"))
    assert "吴家成住院自付过高" in page
    assert reverse("clue", args=[7]) in page
    assert "2022-09-15" in page
    assert "居住社区" in page
    own, others = Told.objects.get(line="residence"), Told.objects.get(line="origin")
    address = reverse("told-acknowledge", args=[own.pk])
    assert address in page
    assert reverse("told-acknowledge", args=[others.pk]) not in page
    assert residence.post(address, follow=True).redirect_chain[-1][0] == "/responsibility/"
    assert "吴家成住院自付过高" not in text(residence.get("/responsibility/"))
    assert residence.post(address).status_code == 400
    assert residence.post(reverse("told-acknowledge", args=[others.pk])).status_code == 403
    origin = acts_as("高坪村包联干部")
    back = origin.post(reverse("told-acknowledge", args=[others.pk]), {"back": "household"})
    assert back.url == reverse("answering", args=[moved.pk])


def test_who_only_looks_on_gets_no_button(signed_in, moved) -> None:
    tell_other_line([(moved, "clue:7", "住院")], now=NOW, today=DAY)
    page = text(signed_in("inspector").get("/responsibility/"))
    assert "住院" in page
    assert "acknowledge" not in page


def test_told_page_by_key(signed_in, moved, monkeypatch) -> None:
    monkeypatch.setattr("sangesan.web.views.responsibility.PAGE", 3)
    tell_other_line([(moved, f"clue:{n}", f"事由{n}。") for n in range(4)], now=NOW, today=DAY)
    client, address, seen = signed_in("county"), "/responsibility/?", []
    while address:
        answer = client.get(address)
        seen += [row.pk for row in answer.context["rows"]]
        following = answer.context["next"]
        address = f"/responsibility/?after={following}" if following else ""
    assert seen == sorted(Told.objects.values_list("pk", flat=True))
    assert client.get("/responsibility/?after=x").status_code == 400
    assert client.get("/responsibility/?list=gaps&after=x").status_code == 400


def test_gaps_say_which_side_has_nobody(signed_in, moved) -> None:
    county = signed_in("county")
    page = text(county.get("/responsibility/?list=one_sided"))
    assert "吴家成" in page
    assert "居住社区一方无人" in page
    assert "周明远" not in page
    assert "周明远" in text(county.get("/responsibility/?list=gaps"))
    assign_watched(post=system_post(), on=DAY, now=NOW)
    assert "搬迁户和监测对象都有人负责" in text(county.get("/responsibility/?list=gaps"))


def test_the_chain_shows_names_and_holes_and_fills(signed_in, moved) -> None:
    county = signed_in("county")
    page = text(county.get(f"/responsibility/chain/?village={COMMUNITY}"))
    for words in ("测试county", "测试town", "任职人1", "任职人2", "新居社区第1网格"):
        assert words in page
    page = text(county.get(f"/responsibility/chain/?village={VILLAGE_B}"))
    assert "空缺" in page
    assert "高坪村第1网格" in page
    answer = county.post(reverse("chain-fill", args=[COMMUNITY]), follow=True)
    assert "已补齐 2 项责任" in text(answer)
    assert "没有可补的" in text(county.post(reverse("chain-fill", args=[COMMUNITY]), follow=True))


def test_the_chain_names_the_seats_of_this_place_only(signed_in, moved) -> None:
    county = signed_in("county")
    seats = [
        ("special_team_head", "", "专班组长", "county", ""), ("county_contact", TOWN_A, "包联甲镇县领导", "county", ""),
        ("county_contact", TOWN_B, "包联乙镇县领导", "county", ""), ("discipline_liaison", "", "纪委联络员", "county", ""),
        ("town_contact", VILLAGE_B, "包高坪村镇干部", "town", TOWN_B), ("town_contact", COMMUNITY, "包新居社区镇干部", "town", TOWN_A),
    ]  # fmt: skip
    for number, (seat, scope, title, role, division) in enumerate(seats):
        user = User.objects.create_user(f"seated{number}", None, name=f"就任人{number}")
        post = Post.objects.create(user=user, role=role, title=title, division=division, valid_from="2021-01-01")
        Seat.objects.create(
            seat=seat, scope=scope, post=post, valid_from="2021-01-01", sole=False, document="任职文件", recorded_by=0,
            recorded_by_title="县专班", recorded_at=NOW,
        )  # fmt: skip
    page = text(county.get(f"/responsibility/chain/?village={VILLAGE_B}"))
    assert [title in page for *_, title, _role, _division in seats] == [True, False, True, False, True, False]
    assert "测试county" in page  # holds no seat: still of the chain


@pytest.mark.parametrize(
    ("role", "village", "status"),
    [
        ("county", VILLAGE_B, 200), ("inspector", COMMUNITY, 200), ("town", COMMUNITY, 200), ("town", VILLAGE_B, 403),
        ("village", VILLAGE_A, 200), ("village", COMMUNITY, 403), ("grid", VILLAGE_A, 200), ("grid", VILLAGE_B, 403),
        ("county", "no_such", 403),
    ],
)  # fmt: skip
def test_the_chain_follows_the_reach(signed_in, role, village, status) -> None:
    assert signed_in(role).get(f"/responsibility/chain/?village={village}").status_code == status
    assert signed_in(role).get("/responsibility/chain/").status_code == 200


def test_handing_over(signed_in, moved) -> None:
    assign_watched(post=system_post(), on=DAY.replace(month=1), now=NOW)
    former = Post.objects.get(title="新居社区包联干部")
    town, address = signed_in("town"), reverse("hand-over", args=[former.pk])
    assert address in text(town.get(f"/responsibility/chain/?village={COMMUNITY}"))
    assert "任职人1" in text(town.get(address))
    refused = town.post(address, {"username": "nobody", "name": "", "on": DAY.isoformat()})
    assert refused.status_code == 400
    assert "没有找到接任人" in text(refused)
    assert 'value="nobody"' in text(refused)
    done = town.post(address, {"username": "xinren", "name": "新任人", "on": DAY.isoformat()}, follow=True)
    assert "已移交给“新任人”，2 项责任随岗转移" in text(done)
    assert "设好口令之前不能登录" in text(done)
    assert Duty.objects.filter(post__user__name="新任人", valid_to=None).count() == 2
    assert town.get(reverse("hand-over", args=[Post.objects.get(title="高坪村包联干部").pk])).status_code == 403
    assert reverse("hand-over", args=[former.pk]) not in text(
        signed_in("inspector").get(f"/responsibility/chain/?village={COMMUNITY}")
    )


def test_a_household_shows_who_answers(signed_in, moved) -> None:
    page = text(signed_in("county").get(reverse("household", args=[moved.pk])))
    assert page.count("空缺") == 4
    assign_watched(post=system_post(), on=DAY, now=NOW)
    page = text(signed_in("county").get(reverse("household", args=[moved.pk])))
    assert "空缺" not in page
    for words in ("谁负责", "任职人0", "任职人1", "高坪村包联干部", "主责", "配合", "自 2022-09-13"):
        assert words in page
    assert reverse("answering", args=[moved.pk]) in page


def test_naming_somebody_on_the_page(signed_in, moved) -> None:
    county, address = signed_in("county"), reverse("duty-assign", args=[moved.pk])
    holder = Post.objects.get(title="新居社区第1网格网格员")
    given = {"slot": "residence.find.lead", "holder": str(holder.pk), "on": DAY.isoformat()}
    assert county.post(address, given).status_code == 302
    assert Duty.objects.get().post == holder
    for wrong in ({"slot": "sing"}, {"holder": ""}, {"on": "x"}):
        answer = county.post(address, given | wrong)
        assert answer.status_code == 400
        assert "明确责任人" in text(answer)
    town = text(signed_in("town").get(reverse("answering", args=[moved.pk])))
    assert "residence.find.lead" in town
    assert "origin.assist.lead" not in town, "a town names for its own line"
    assert signed_in("grid").get(reverse("answering", args=[moved.pk])).status_code == 403


def test_both_lines_agree(moved) -> None:
    residence, origin = acts_as("新居社区包联干部"), acts_as("高坪村包联干部")
    address = reverse("agreement-record", args=[moved.pk])
    given = {
        "held_on": DAY.isoformat(),
        "place": "居委会",
        "participants": "两方包联干部、户主",
        "agreed": "公益岗一个，社区办",
    }
    refused = residence.post(address, given | {"agreed": " "})
    assert refused.status_code == 400
    assert "两方包联干部、户主" in text(refused)
    assert residence.post(address, given).status_code == 302
    row = Agreement.objects.get()
    confirm = reverse("agreement-confirm", args=[row.pk])
    page = text(residence.get(reverse("answering", args=[moved.pk])))
    assert "待另一方确认" in page
    assert confirm not in page
    assert residence.post(confirm).status_code == 403
    assert confirm in text(origin.get(reverse("answering", args=[moved.pk])))
    assert "已生效" in text(origin.post(confirm, follow=True))


@pytest.mark.parametrize(
    ("address", "most"),
    [("/responsibility/", 13), ("/responsibility/?list=gaps", 13), ("/responsibility/chain/", 15)],
)
def test_few_questions_however_long_the_list(signed_in, moved, address, most, django_assert_max_num_queries) -> None:
    tell_other_line([(moved, f"clue:{n}", "试") for n in range(40)], now=NOW, today=DAY)
    county = signed_in("county")
    county.get(address)
    with django_assert_max_num_queries(most):
        county.get(address)
