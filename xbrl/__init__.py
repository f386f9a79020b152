"""An XBRL engine that knows nothing of Indberet.

Reading order: `names` and `problem` (vocabulary), `model` (an instance as read),
`parse` (bytes to a safe tree), `instance` and `inline` (trees to instances),
`taxonomy` (packages, discovery, networks, compiled tables), `validation`
(XBRL 2.1, Dimensions, inline), `tables` (Arrow, Parquet, OIM) and `rules` (an
authority's filing rules over the tables).
"""
