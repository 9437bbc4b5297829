"""What is asked of accounts; every function says what it returns."""
