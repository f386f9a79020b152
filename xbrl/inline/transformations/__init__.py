"""Transformation rules: from what a reader sees to what a fact's value is.

`registry` finds a rule by its name; `numbers`, `dates` and `securities` make them;
`months`, `calendars`, `words` and `places.csv` hold what they know.
"""
