"""A letter as a page of HTML, and as plain text.

The page carries its language, title and headings for screen readers, and nothing that is
fetched, run or sent: no image, script, form or outside style.

Belongs here: the two documents. Does not: the words (`wording`) or the envelope (`memo`).
"""

from html import escape

from assets.authority.reminders import danish
from assets.authority.reminders.choosing import Reminder
from assets.authority.reminders.wording import Letter

_PAGE = """<!DOCTYPE html>
<html lang="da">
<head>
<meta charset="utf-8">
<title>{subject}</title>
<style>body {{ font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: 2em auto; \
padding: 0 1em; }} th {{ text-align: left; padding-right: 1em; vertical-align: top; }}</style>
</head>
<body>
<h1>{subject}</h1>
<table>
{facts}
</table>
{paragraphs}
<p>Venlig hilsen<br>{sender}</p>
</body>
</html>
"""


def html(reminder: Reminder, letter: Letter, sender: str) -> bytes:
    """The letter as HTML, UTF-8."""
    facts = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in _facts(reminder)
    )
    paragraphs = "\n".join(f"<p>{escape(text)}</p>" for text in letter.paragraphs)
    return _PAGE.format(
        subject=escape(letter.subject), facts=facts, paragraphs=paragraphs, sender=escape(sender)
    ).encode()


def plain(reminder: Reminder, letter: Letter, sender: str) -> bytes:
    """The letter as text, UTF-8."""
    facts = "\n".join(f"{name}: {value}" for name, value in _facts(reminder))
    parts = [letter.subject, facts, *letter.paragraphs, f"Venlig hilsen\n{sender}"]
    return ("\n\n".join(parts) + "\n").encode()


def _facts(reminder: Reminder) -> list[tuple[str, str]]:
    return [
        ("Virksomhed", reminder.name),
        ("CVR-nr.", reminder.cvr),
        ("Periode", danish.period(reminder.period_start, reminder.period_end)),
        ("Frist", danish.day(reminder.due_date)),
    ]
