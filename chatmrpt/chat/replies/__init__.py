"""What the system says: texts made from the data, never a generic sentence."""
