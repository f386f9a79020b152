"""Alembic's entry: runs the steps on the connection `Operations.open` hands over."""

from alembic import context

from warehouse.operations_schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
