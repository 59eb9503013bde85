"""A password opens what it was set for, however it is typed, and costs the same for names nobody has."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from tests.accounts.newsroom import CHEAP, PASSWORD
from tracker.accounts.errors import WeakPassword
from tracker.accounts.passwords import HASHER, SHORTEST_PASSWORD, hash_password, is_outdated, matches


class Counting(PasswordHasher):
    """Notes which hashes were compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.compared.append(str(hash))
        return super().verify(hash, password)


def test_the_right_password_matches_and_no_other() -> None:
    kept = hash_password(PASSWORD, CHEAP)

    assert matches(kept, PASSWORD, CHEAP)
    assert not matches(kept, PASSWORD + " ", CHEAP)
    assert not matches(kept, PASSWORD.upper(), CHEAP)
    assert not matches(kept, "", CHEAP)


def test_two_people_with_one_password_do_not_show_it() -> None:
    assert hash_password(PASSWORD, CHEAP) != hash_password(PASSWORD, CHEAP)


def test_an_accent_matches_however_the_keyboard_composes_it() -> None:
    kept = hash_password(unicodedata.normalize("NFC", "café crème"), CHEAP)

    assert matches(kept, unicodedata.normalize("NFD", "café crème"), CHEAP)
    assert not matches(kept, "cafe creme", CHEAP)


def test_seven_characters_are_too_few_and_eight_are_enough() -> None:
    with pytest.raises(WeakPassword):
        hash_password("é" * (SHORTEST_PASSWORD - 1), CHEAP)

    assert matches(hash_password("é" * SHORTEST_PASSWORD, CHEAP), "é" * SHORTEST_PASSWORD, CHEAP)


def test_accents_typed_apart_do_not_make_a_password_longer() -> None:
    with pytest.raises(WeakPassword):
        hash_password(unicodedata.normalize("NFD", "é" * (SHORTEST_PASSWORD - 1)), CHEAP)


def test_text_that_is_no_unicode_is_only_a_wrong_password() -> None:
    assert not matches(hash_password(PASSWORD, CHEAP), "\ud800 and more", CHEAP)


def test_a_name_nobody_has_costs_one_comparison_of_the_same_kind() -> None:
    hasher = Counting()
    kept = hash_password(PASSWORD, hasher)

    assert not matches(None, PASSWORD, hasher)
    assert not matches(kept, "something else", hasher)

    unknown, known = hasher.compared
    assert known == kept
    assert unknown != kept
    assert unknown.rsplit("$", 2)[0] == known.rsplit("$", 2)[0]  # type, version, memory, passes, lanes


def test_the_empty_hash_matches_nothing() -> None:
    assert not matches(None, "", CHEAP)
    assert not matches("", "", CHEAP)


def test_no_password_whatever_fits_a_name_nobody_has() -> None:
    class Credulous(Counting):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            return True

    assert not matches(None, PASSWORD, Credulous())


def test_a_hash_with_other_parameters_is_outdated() -> None:
    kept = hash_password(PASSWORD, CHEAP)

    assert not is_outdated(kept, CHEAP)
    assert is_outdated(kept, HASHER)


def test_real_passwords_are_kept_by_argon2id_with_64_mebibytes() -> None:
    kept = hash_password(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(kept, PASSWORD)
