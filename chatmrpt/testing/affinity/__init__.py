"""People who do the whole job while everything that may vanish does; then every row is compared."""
