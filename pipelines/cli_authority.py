"""`indberet authority`: names, options and help of the commands of an authority.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.authority_*`).
"""

import typer

authority = typer.Typer(
    no_args_is_help=True,
    help="Run an authority: its register, its receiving service, its scheduled runs.",
    epilog="The authority's data lie in `authority` in the storage folder of the settings.",
)


@authority.callback()
def options() -> None:
    """Run an authority: its register, its receiving service, its scheduled runs."""
