"""What the pages may call (being written)."""
