"""Why an account is refused.

AccountsError
├── InvalidName       a name that cannot be an account's
├── InvalidDesk       a desk that cannot be a story's
├── InvalidLabel      a token's label that is empty, too long or unprintable
├── NameTaken         somebody has that name, or had it
├── WeakPassword      too short to be worth hashing
├── UnknownPerson     nobody has that name
├── UnknownToken      that person has no such token
├── SignInRefused     name or password wrong, or the account is disabled: the same words for all
└── TooManyAttempts   too many tries for one name or from one address; says when to try again
"""


class AccountsError(Exception):
    """An account could not be made, changed or used; nothing was changed."""


class InvalidName(AccountsError):
    """A name is 1 to 40 small letters, digits, dots, dashes or underscores, a letter first."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name[:60]}” cannot be a name: use a small letter, then up to 39 of a-z, 0-9, dot, dash, underscore"
        )
        self.name = name


class InvalidDesk(AccountsError):
    """A desk is a key, as stories name it."""

    def __init__(self, desk: str) -> None:
        super().__init__(f"“{desk[:60]}” cannot be a desk: use letters, digits, dot, dash, underscore, tilde")
        self.desk = desk


class InvalidLabel(AccountsError):
    """A token's label is 1 to 80 printable characters."""

    def __init__(self) -> None:
        super().__init__("Say in 1 to 80 printable characters what the token is for.")


class NameTaken(AccountsError):
    """Names are never given twice: the log says who recorded what."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The name {name} is taken.")
        self.name = name


class WeakPassword(AccountsError):
    """The password is too short."""

    def __init__(self, shortest: int) -> None:
        super().__init__(f"A password has at least {shortest} characters.")


class UnknownPerson(AccountsError):
    """Nobody has that name (or, where somebody must be able to act, the account is disabled)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no account “{name[:60]}”.")
        self.name = name


class UnknownToken(AccountsError):
    """That person has no token with this id."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__(f"{name} has no token “{token[:60]}”.")
        self.name, self.token = name, token


class SignInRefused(AccountsError):
    """Name or password wrong, or account disabled; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


class TooManyAttempts(AccountsError):
    """Too many tries for this name or from this address; whole seconds until the next one is heard."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many attempts; try again in {retry_after_seconds} s.")
        self.retry_after_seconds = retry_after_seconds
