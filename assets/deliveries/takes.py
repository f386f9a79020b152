"""Which reports each kind of channel takes.

Belongs here: names. Does not: the channels, which are heavy to import.
"""

TAKES = {
    "skat": ("vat_return", "eu_sales_list"),
    "erst": ("annual_report",),
}
"""Kind of channel → report types."""
