"""Reminders to companies, as Digital Post messages in an outbox; nothing here sends anything."""
