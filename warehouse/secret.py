"""A value that does not show itself in logs, errors or tracebacks."""


class Secret:
    """Holds a password, key or token; `reveal()` is for the one place that uses it.

    >>> secret = Secret("hunter2")
    >>> f"{secret}", repr(secret), secret.reveal()
    ('***', 'Secret(***)', 'hunter2')
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The value itself."""
        return self._value
