"""Instances as Arrow and Parquet tables, and as OIM reports."""
