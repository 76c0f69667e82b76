"""Documents apart from cases: how templates are filled and pages set."""
