"""Every message the channels of `indberet.toml` can give, and what they become when right."""

from pathlib import Path

import pytest

from pipelines import settings
from tests.errors.corpus import expected
from tests.errors.test_settings import CHANNEL, message

KEYS = {
    "kind": '"erst"',
    "base": '"https://a.dk/ri/api"',
    "submit": '"reports"',
    "status": '"reports/{transaction_id}"',
    "index": '"http://index.dk/_search"',
    "codes": '{ "0" = "accepted", "88" = "absent" }',
    "certificate": '{ file = "us.p12" }',
    "password": '{ env = "P12" }',
}


def erst(**changes: str | None) -> str:
    """A channel with some keys changed, or left out where the change is None."""
    keys = {key: value for key, value in (KEYS | changes).items() if value is not None}
    return "[channel.erst-live]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


CASES = {
    "channel-kind-missing": erst(kind=None),
    "channel-kind": erst(kind='"post"'),
    "erst-key-missing": erst(codes=None),
    "erst-unknown-key": erst(url='"https://a.dk"'),
    "erst-code-meaning": erst(codes='{ "0" = "fine" }'),
    "erst-status": erst(status='"reports"'),
    "erst-place": erst(submit='"reports/{id}"'),
    "erst-field-place": erst(fields='{ cvr = "{cvrnummer}" }'),
    "erst-without-tls": erst(base='"http://a.dk/ri/api"', live="true"),
    "route-unknown": erst() + '[delivery]\nannual_report = "erst"\n',
    "route-kind": erst() + '[delivery]\nvat_return = "erst-live"\n',
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_channel_is_named(tmp_path: Path, case: str) -> None:
    found, path = message(tmp_path, CASES[case])
    assert found == expected("settings", case, path=path)


def test_reports_leave_through_the_channels_they_are_given(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    routed = '[delivery]\nchannel = "skat"\nannual_report = "erst-live"\n'
    path.write_text(routed + CHANNEL.replace("http://a", "https://a") + erst(live="true"))
    workspace = settings.load(path)
    assert workspace.channel_of("vat_return") == "skat"
    assert workspace.channel_of("annual_report") == "erst-live"
    channel = workspace.channels["erst-live"]
    assert (channel.is_live, channel.kind, channel.trusted) == (True, "erst", None)
    assert channel.rest is not None
    assert channel.rest.codes == {"0": "accepted", "88": "absent"}
    assert channel.rest.body == "multipart"


def test_without_a_word_of_it_everything_goes_to_the_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    path.write_text("")
    assert settings.load(path).channel_of("annual_report") == "sandbox"
