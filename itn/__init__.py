"""Bed-net planning: a plan points at one finished risk run and one population list."""
