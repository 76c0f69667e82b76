"""Due rows become commands."""
