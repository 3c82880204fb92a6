"""Hypothesis draws the same examples on every machine; time is no matter of tests."""

from hypothesis import settings

settings.register_profile("quydat", derandomize=True, deadline=None, database=None)
settings.load_profile("quydat")
