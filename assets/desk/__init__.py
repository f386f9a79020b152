"""The desk: read-only web pages over the warehouse, for people who do not open Dagster.

Belongs here: questions to the tables, the pages that show the answers, lineage as drawings.
Does not: writing anything but the log of who read what; deciding; the command line.
"""
