"""What runs, when and on what: definitions, jobs, schedules, settings, the CLI."""
