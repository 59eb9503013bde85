"""kill -9 of a delivering worker at every step of a send: nothing is lost, and doubled only where nobody could know."""

import os
import signal

import pytest

from tests.alerts.delivering import Delivering, courier
from tests.alerts.delivering_process import begin
from tests.alerts.desk import Desk
from tests.alerts.endpoints import endpoint
from tests.alerts.mailboxes import mailboxes
from tests.alerts.mailing import outcomes, state
from tests.newsroom import note
from tests.servers import until
from tracker import instants

LEASE = 0.5

# Where the worker is killed, and how often what it was sending then arrives in the end.
MAIL = {"claimed": 1, "before_sending": 1, "before_the_end": 1, "taken": 2, "before_writing_down": 2, "written_down": 1}
HOOK = {"claimed": 1, "before_sending": 1, "handed_over": 2, "before_writing_down": 2, "written_down": 1}


def kill(desk: Desk, mail: str, step: str) -> str:
    """Something happens, and the worker that tells of it is killed at a step; the id of its message."""
    story = step.replace("_", "-")
    desk.record({"type": "story.opened", "story": story, "title": step}, note("n1", story=story))
    (waiting,) = desk.messages(state="waiting")
    killed = begin(url(desk), mail, LEASE, step)
    killed.join()
    assert killed.exitcode == -signal.SIGKILL, step
    return str(waiting["id"])


def finish(desk: Desk, mail: str, id: str) -> list[str]:
    """Another worker takes over once the lease is over; what came of every attempt."""
    successor = courier(desk.tracker.engine, instants.now, mail)

    def settled() -> bool:
        successor.deliver(within=1)
        return "trying" not in outcomes(desk.tracker.engine, id)

    until(settled)
    return outcomes(desk.tracker.engine, id)


def url(desk: Desk) -> str:
    return desk.tracker.engine.url.render_as_string(hide_password=False)


@pytest.mark.drill
def test_a_mail_survives_a_kill_at_every_step_of_its_sending(desk: Desk) -> None:
    with mailboxes() as server:
        mail = Delivering(desk).channel("mail", "email")
        desk.subscribe("ben", types=("note.logged",), channels=(mail,))
        arrived: dict[str, int] = {}

        for step in MAIL:
            server.mails.clear()
            id = kill(desk, server.url, step)
            attempts = finish(desk, server.url, id)
            assert attempts == (["sent"] if step == "written_down" else ["unknown", "sent"]), step
            assert set(server.ids) == {f"<{id}@desk.example>"}
            arrived[step] = len(server.ids)

    assert arrived == MAIL


@pytest.mark.drill
def test_a_webhook_survives_a_kill_at_every_step_of_its_sending(desk: Desk) -> None:
    with endpoint() as hook:
        channel = Delivering(desk).channel("hook", "webhook", url=hook.url)
        desk.subscribe("ben", types=("note.logged",), channels=(channel,))
        arrived: dict[str, int] = {}

        for step in HOOK:
            hook.received.clear()
            id = kill(desk, "", step)
            attempts = finish(desk, "", id)
            assert attempts == (["sent"] if step == "written_down" else ["unknown", "sent"]), step
            assert {headers["webhook-id"] for headers, _ in hook.received} == {id}
            arrived[step] = len(hook.received)

    assert arrived == HOOK


@pytest.mark.drill
def test_a_worker_paused_beyond_its_lease_marks_nothing(desk: Desk) -> None:
    with endpoint((500, {}), (204, {})) as hook:
        Delivering(desk).follow("webhook", hook)
        desk.record(note("n1"))
        id = desk.messages(kind="alert")[0]["id"]

        paused = begin(url(desk), "", LEASE, "stop@before_writing_down")
        until(lambda: len(hook.received) == 1)
        until(lambda: is_stopped(paused.pid))
        taken_over = finish(desk, "", id)
        os.kill(paused.pid or 0, signal.SIGCONT)
        paused.join()

    assert taken_over == ["unknown", "sent"]
    assert outcomes(desk.tracker.engine, id) == ["failed", "sent"]
    assert state(desk.tracker.engine, id) == "sent"


def is_stopped(pid: int | None) -> bool:
    """By the system's word; whoever forked it is its parent, so it can't be waited for."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as told:
        return told.read().rpartition(")")[2].split()[0] == "T"
