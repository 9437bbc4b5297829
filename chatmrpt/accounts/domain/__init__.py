"""Who may do what, as pure functions."""
