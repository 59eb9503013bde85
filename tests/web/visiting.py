"""Visitors: people of every role at a browser without scripts, reading pages and sending forms as it would."""

from html.parser import HTMLParser
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from tracker.accounts import tokens
from tracker.accounts.people import Principal, add_person
from tracker.bootstrap import Tracker
from tracker.db import writing

PASSWORD = "a long password"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_VOID = frozenset({"input", "meta", "link", "br", "img", "hr"})


def hire(tracker: Tracker, *people: Principal) -> None:
    """Give people accounts, all with the same password."""
    with writing(tracker.engine) as connection:
        for person in people:
            assert person.role is not None
            add_person(connection, person.name, person.role, PASSWORD, person.desks, now=tracker.clock(), hasher=QUICK)


def bearer(tracker: Tracker, person: Principal) -> dict[str, str]:
    """The header with which a program asks in somebody's name."""
    with writing(tracker.engine) as connection:
        return {"Authorization": f"Bearer {tokens.create_token(connection, person.name, 'test', tracker.clock())}"}


class Visitor:
    """Somebody at a browser; signed in where a person is given."""

    def __init__(self, app: Flask, person: Principal | None = None) -> None:
        self.client = app.test_client()
        if person is not None:
            answer = self.sign_in(person.name)
            assert answer.status_code == 303

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Send the sign-in form as it was served."""
        return self.send(self.read("/sign-in"), user=name, password=password, **more)

    def get(self, path: str, **how: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **how)

    def read(self, path: str, status: int = 200) -> "Page":
        """Read a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return Page(path, answer.text)

    def send(self, page: "Page", *, form: str = "", **typed: Any) -> TestResponse:
        """Send a form of a page, what it holds and what is typed; `form` is a part of its address or of its values."""
        found = page.form(form)
        return self.client.post(found["action"] or page.path, data={**found["values"], **typed})

    def send_page(self, page: "Page", *, form: str = "", **typed: Any) -> tuple[int, "Page"]:
        """Send a form and read the answer as a page."""
        answer = self.send(page, form=form, **typed)
        return answer.status_code, Page(page.path, answer.text)


class Page(HTMLParser):
    """A page as a browser without scripts reads it: its forms with what is in them, its errors, its words."""

    def __init__(self, path: str, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.markup = path, markup
        self.forms: list[dict[str, Any]] = []
        self.errors: dict[str, str] = {}
        """What is wrong, by the name of the field inside whose box it is said."""
        self.flashes: list[str] = []
        self.headlines: list[str] = []
        self.words = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._stack: list[tuple[str, set[str]]] = []
        self._boxes: list[list[str]] = []
        self._textarea = self._select = ""
        self.feed(markup)
        self.close()
        assert not self._stack, f"left open: {self._stack}"

    def form(self, part: str = "") -> dict[str, Any]:
        """The form whose address or values have this in them; the first of the page's own where nothing is said."""
        for found in self.forms:
            if part and (part in found["action"] or part in found["values"].values()):
                return found
            if not part and not found["action"].endswith("/sign-out") and found["method"] == "post":
                return found
        raise AssertionError(f"no form {part!r} on {self.path}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = set(given.get("class", "").split())
        self.tags.add(tag)
        self.attributes |= given.keys()
        if tag not in _VOID:
            self._stack.append((tag, classes))
        match tag:
            case "form":
                method, action = given.get("method", "get"), given.get("action", "")
                self.forms.append({"method": method, "action": action, "values": {}})
            case "div" if "field" in classes:
                self._boxes.append([])
            case "input" | "textarea" | "select" if "name" in given:
                self._control(tag, given)
            case "option" if self._select and ("selected" in given or self._select not in self._values):
                self._values[self._select] = given.get("value", "")
            case "h3":
                self.headlines.append("")
            case "p" if "flash" in classes:
                self.flashes.append("")

    def handle_endtag(self, tag: str) -> None:
        opened, classes = self._stack.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"
        if tag == "div" and "field" in classes:
            self._boxes.pop()
        if tag == "textarea":
            # A parser drops one line break right after the tag.
            self._values[self._textarea] = self._values[self._textarea].removeprefix("\n")
            self._textarea = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._textarea:
            self._values[self._textarea] += data
        if self._is_in("h3"):
            self.headlines[-1] += data
        if self._is_in("p", "flash"):
            self.flashes[-1] += data
        if self._is_in("p", "error") and self._boxes:
            for name in self._boxes[-1]:
                self.errors[name] = self.errors.get(name, "") + data

    @property
    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = self.forms[-1]["values"]
        return values

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name = given["name"]
        if self._boxes:
            self._boxes[-1].append(name)
        if tag == "select":
            self._select = name if "multiple" not in given else ""
        elif given.get("type") in {"checkbox", "radio"}:
            self._tick(name, given)
        else:
            self._values[name] = given.get("value", "")
            self._textarea = name if tag == "textarea" else ""

    def _tick(self, name: str, given: dict[str, str]) -> None:
        """A box sends what it stands for where it is ticked; several of one name send several."""
        if "checked" in given:
            before = self._values.get(name, [])
            value = given.get("value", "on")
            self._values[name] = [*before, value] if given["type"] == "checkbox" else value

    def _is_in(self, tag: str, of_class: str = "") -> bool:
        return any(each == tag and (not of_class or of_class in classes) for each, classes in self._stack)
