"""Closed formulas in plain Python: no numpy, so that web processes may use them (decision 17).

Pure: the standard library only. Every function has a naive twin or published numbers in
`chatmrpt/common/tests/statistics/`.
"""
