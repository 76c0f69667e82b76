"""Facts become rows; every row can be made again from the facts."""
