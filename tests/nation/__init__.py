"""A small nation of made-up companies and what they file, the same from the same seed.

`companies` (who they are, how they behave), `figures` (their years), `annual` (annual reports
as rows of our own writer, and as bytes), `vat` (VAT returns and EU sales lists). Nothing here is
about a real company: names are made of parts, numbers have valid check digits and no owner known.
"""
