"""Findings, rules, suites and reconciliations."""
