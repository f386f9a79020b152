"""The workspace's sources of filings, and the taking in from them: those its settings name, and
at an authority what arrived at its own service.

Belongs here: from settings to sources. Does not: the sources, or the taking in.
"""

from datetime import UTC, datetime, time

from assets.intake import cursors, taxonomies
from assets.intake.files import Files
from assets.intake.found import Source
from assets.intake.index import Index, Query, numbers
from assets.intake.take_in import Options, Outcome, take_in
from assets.workspace import IntakeReference, Workspace


def run(workspace: Workspace) -> Outcome:
    """Take in what is new in every place the settings name; bytes are kept as evidence.

    An index is read from where the last run through it ended, from its beginning when
    filings are to be tried again.

    Raises `PermanentError` or `TransientError` when a place is not there or cannot be reached.
    """
    sources: list[Source] = [source(one) for one in workspace.intake]
    if workspace.authority is not None:
        sources.append(arrived(workspace))
    options = Options(
        workers=workspace.threads,
        keep_in=workspace.storage,
        is_again=workspace.is_again,
        library=workspace.folder(taxonomies.FOLDER),
    )
    store = workspace.store()
    indexes = [one for one in sources if isinstance(one, Index)]
    if not workspace.is_again:
        cursors.resume(store, indexes)
    outcome = take_in(store, sources, options, workspace.progress)
    cursors.keep(store, indexes)
    if workspace.authority is not None:
        from assets.authority.arrivals import annual  # noqa: PLC0415  (only an authority's)

        annual.set_aside(store)
    return outcome


def arrived(workspace: Workspace) -> Source:
    """The annual reports that arrived at this authority's own service, not yet taken in."""
    from assets.authority.arrivals import annual, workspace_arrivals  # noqa: PLC0415

    given = workspace_arrivals.service(workspace)
    return annual.waiting(workspace.store(), given, is_again=workspace.is_again)


def source(reference: IntakeReference) -> Source:
    """The source that one `[[intake]]` describes. Raises `SettingsError` for a missing secret."""
    if reference.path is not None:
        return Files([reference.path])
    assert reference.url is not None
    since = datetime.combine(reference.since, time.min, UTC) if reference.since else None
    credentials = None
    if reference.user is not None:
        password = reference.password.resolve().reveal() if reference.password else ""
        credentials = (reference.user, password)
    query = Query(numbers(reference.companies), since)
    return Index(reference.url, query, credentials=credentials)
