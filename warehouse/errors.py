"""What can go wrong while doing the work, as one small tree.

Belongs here: failures (something could not be done). Does not: bad data, which
is a value, `quality.finding.Finding`.

    ReportingError
    ├── PermanentError   trying again gives the same answer; nothing retries it
    │   ├── SettingsError    indberet.toml or a secret it refers to
    │   └── SourceError      the source's content cannot be read as what it claims to be
    └── TransientError   time may heal it; retried with back-off within a budget

A message says what was attempted, where, what was expected and found, and what
to do next.
"""


class ReportingError(Exception):
    """Any failure of ours; the message is written for the person who must act."""


class PermanentError(ReportingError):
    """A failure that a retry cannot heal."""


class SettingsError(PermanentError):
    """The settings are wrong; the message names the key."""


class SourceError(PermanentError):
    """A source's bytes cannot be read as what they claim to be; names file and line."""


class TransientError(ReportingError):
    """A failure that a later attempt may not meet: time-outs, refusals, locks."""
