"""Summarising rasters per ward.

Services import `guard` only; `zones` and `child` run in a child process with limits, because a
raster is a file of strangers and GDAL is a large C library.
"""
