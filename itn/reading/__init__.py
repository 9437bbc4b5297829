"""Reading a sheet of strangers in a process of its own, which knows neither Django nor the database."""
