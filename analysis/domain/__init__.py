"""Pure rules of the risk analysis: the standard library and numpy, nothing else.

The clock and the seed are arguments. Nothing the web process loads may import this package's
numeric modules; `variables`, `zones` and `directions` are plain Python and may be loaded anywhere.
"""
