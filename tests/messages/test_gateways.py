"""What really arrives at a gateway, what its answers are taken for, and where an address may not lead."""

import logging
import socket

import pytest
from apprise.plugins.wecombot import NotifyWeComBot

from messages.receiving import http_gateway, mail_server
from sangesan.kernel.refusal import Refusal
from sangesan.messages import gateways as ways
from sangesan.messages.gateways import (
    check_where_it_leads,
    gateway_of,
    gateways,
    hand_over,
    scrubbed,
    shown,
    with_target,
)

TEXT = "试验县防返贫提醒\n今天有 3 条新线索，最早 9月16日 到期\nhttps://fpc.example.cn/clues/\n编号 7"


@pytest.fixture(autouse=True)
def local(settings) -> None:
    settings.ALLOW_LOCAL_GATEWAYS = True


@pytest.mark.parametrize("scheme", ["json", "form"])
def test_the_text_arrives_as_it_was_made(scheme) -> None:
    with http_gateway() as gateway:
        answer = hand_over(
            f"{scheme}://user:word@127.0.0.1:{gateway.port}/send?:phone=13900001111", "试验县防返贫提醒", TEXT
        )
    assert answer.taken
    (body,) = gateway.bodies
    assert body["message"] == TEXT
    assert body["phone"] == "13900001111"
    assert gateway.paths == ["/send"]


def test_mail_arrives_with_its_subject() -> None:
    with mail_server() as server:
        address = f"mailto://127.0.0.1:{server.port}/?from=fpc@county.example&to=cadre@county.example&format=text"
        answer = hand_over(address, "试验县防返贫提醒", TEXT)
    assert answer.taken, answer
    (mail,) = server.bodies
    assert mail["subject"] == "试验县防返贫提醒"
    assert "今天有 3 条新线索" in mail["message"]
    assert "cadre@county.example" in mail["to"]


def test_mail_that_no_mailbox_takes_has_failed() -> None:
    with mail_server(refuse=True) as server:
        address = f"mailto://127.0.0.1:{server.port}/?from=fpc@county.example&to=cadre@county.example"
        assert not hand_over(address, "x", TEXT).taken
    assert not server.bodies


@pytest.mark.parametrize(
    ("status", "words", "said"),
    [(500, "no space on /dev/sda", "网关答复 500：no space on /dev/sda"), (403, "", "网关答复 403：")],
)
def test_an_error_is_told_as_the_gateway_said_it(status, words, said) -> None:
    with http_gateway() as gateway:
        gateway.answers = [(status, words)]
        answer = hand_over(f"json://127.0.0.1:{gateway.port}/", "x", TEXT)
    assert (answer.taken, answer.refused, answer.words) == (False, False, said)


def test_nobody_there_and_nobody_answering(monkeypatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert hand_over(f"json://127.0.0.1:{port}/", "x", TEXT).words == "连接被拒绝"
    monkeypatch.setattr(ways, "READ_SECONDS", 0.2)
    with http_gateway() as gateway:
        gateway.wait = 0.6
        answer = hand_over(f"json://127.0.0.1:{gateway.port}/", "x", TEXT)
    assert (answer.taken, answer.words) == (False, "超时没有答复")


def test_a_robot_that_says_200_and_refuses_has_refused(monkeypatch) -> None:
    """WeCom answers 200 also when it did not take the message; apprise alone would call it sent."""
    with http_gateway() as gateway:
        monkeypatch.setattr(NotifyWeComBot, "notify_url", f"http://127.0.0.1:{gateway.port}/send?key={{key}}")
        assert hand_over("wecombot://0a1b2c3d-key", "x", TEXT).taken
        gateway.answers = [
            (200, '{"errcode": 93000, "errmsg": "invalid webhook url 0a1b2c3d-key"}'),
            (200, "<html>login</html>"),
        ]
        answer = hand_over("wecombot://0a1b2c3d-key", "x", TEXT)
        portal = hand_over("wecombot://0a1b2c3d-key", "x", TEXT)
    assert not answer.taken
    assert "93000" in answer.words
    assert "0a1b2c3d" not in answer.words
    assert not portal.taken  # a net that first wants a log-in answers 200 too


def test_answers_are_kept_short_and_without_secrets_or_numbers() -> None:
    address = "jsons://fpcuser:geheim99@sms.example.cn/send?:phone=13900001111"
    words = scrubbed("user fpcuser / geheim99 may not send to 13900001111,\n 139-0000-1111 " + "x" * 300, address)
    assert not any(part in words for part in ("fpcuser", "geheim99", "13900001111", "139-0000-1111", "\n"))
    assert len(words) <= 200


def test_nothing_secret_reaches_the_logs(caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with http_gateway() as gateway:
        gateway.answers = [(500, "x")]
        hand_over(f"json://fpcuser:geheim99@127.0.0.1:{gateway.port}/", "x", TEXT)
    assert "geheim99" not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1/", "json://localhost/", "form://10.1.2.3/", "jsons://192.168.1.1/x", "json://[::1]/",
        "json://169.254.169.254/latest", "json://0.0.0.0/", "json://[::ffff:10.0.0.1]/", "json://100.64.0.1/",
        "mailto://127.0.0.1/?from=a@b.example&to=c@d.example", "smseagle://token@192.168.0.5/13900000000",
        "mailto://u:p@mail.example.cn/?from=a@b.example&to=c@d.example&smtp=127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused_unless_allowed(settings, address) -> None:
    check_where_it_leads(address)
    settings.ALLOW_LOCAL_GATEWAYS = False
    with pytest.raises(Refusal, match="本机或内网"):
        check_where_it_leads(address)
    answer = hand_over(address, "x", TEXT)
    assert (answer.taken, answer.refused) == (False, True)


def test_a_name_that_turns_out_to_lead_inside_is_refused_when_sending(settings, monkeypatch) -> None:
    settings.ALLOW_LOCAL_GATEWAYS = False
    with http_gateway() as gateway:
        inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", gateway.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
        assert hand_over(f"json://sms.example.cn:{gateway.port}/", "x", TEXT).refused
    assert not gateway.bodies


def test_redirects_are_not_followed() -> None:
    with http_gateway() as inner, http_gateway() as gateway:
        gateway.location = f"http://127.0.0.1:{inner.port}/"
        gateway.answers = [(307, "")]
        assert not hand_over(f"json://127.0.0.1:{gateway.port}/", "x", TEXT).taken
    assert not inner.bodies


@pytest.mark.parametrize(
    "address",
    [
        "", "http://example.cn/hook", "windows://", "syslog://", "dbus://", "file:///etc/passwd", "tgram://1/2", "json://",
        "jsons://sms.example.cn/?verify=no", "json://sms.example.cn/?redirect=yes", "wecombot://", "macosx://", "pover://a@b",
    ],
)  # fmt: skip
def test_what_is_no_gateway_of_ours_is_refused(address) -> None:
    with pytest.raises(Refusal):
        gateway_of(address)


def test_every_example_is_an_address_of_its_gateway_and_shows_no_secret() -> None:
    for gateway in gateways().values():
        address = gateway.example
        for words, plain in (("机器人密钥", "0a1b2c3d-key"), ("加签密钥", "SEC00112233"), ("令牌", "a" * 40), ("账号", "fpcuser"),
                             ("口令", "geheim99"), ("用户", "fpcuser"), ("设备地址", "sms.example.cn")):  # fmt: skip
            address = address.replace(words, plain)
        assert gateway_of(address) == gateway, address
        assert not any(
            secret in shown(address) for secret in ("geheim99", "0a1b2c3d-key", "fpcuser", "a" * 40, "SEC0011")
        )
        assert "13900001111" in with_target(address, "13900001111") or "{to}" not in address
