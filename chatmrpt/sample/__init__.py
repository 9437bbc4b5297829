"""A generated state to try everything with: nobody's data, marked as sample everywhere."""
