"""Ward lists from files. Heavy libraries: commands and workers only, never the web."""
