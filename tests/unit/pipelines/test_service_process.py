"""Whether a service is up, as the one that would start or stop it sees it."""

import socket
from pathlib import Path

import pytest

from pipelines.commands import service_process
from pipelines.commands.service_process import ServiceProcess


def test_a_service_too_busy_to_answer_is_up_and_one_that_is_gone_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or `stop` would leave a busy one running, and forget its number."""
    monkeypatch.setattr(service_process, "_ANSWER", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        service = ServiceProcess(tmp_path, silent.getsockname()[1], "the service", "authority")
        assert service.is_up()
    assert not service.is_up()
