"""Pure rules of net planning: standard library only, exact arithmetic, no clock, no database."""
