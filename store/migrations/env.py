"""Runs migrations over the connection that `store.migrate` gives."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes["connection"]
batch = connection.dialect.name == "sqlite"
context.configure(connection=connection, target_metadata=metadata, render_as_batch=batch)
with context.begin_transaction():
    context.run_migrations()
