"""Journals kept as files of transactions: what GnuCash, Beancount and hledger share.

One model (`model`), base amounts from commodities and prices (`value`), VAT codes
and voucher numbers from tags (`tags`), files read safely (`texts`), and the rows
that are landed (`landed`). Not here: any one program's format.
"""
