"""Moving instances: the only package that imports SpiffWorkflow."""
