"""What each command does; `pipelines.cli` holds their names, options and help."""
