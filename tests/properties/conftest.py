"""How made-up values are chosen: the same ones in every run."""

from hypothesis import settings

# A slow machine is no failure: how long something takes is the benchmarks' business.
settings.register_profile("indberet", deadline=None, derandomize=True)
settings.load_profile("indberet")
