"""New versions of models between their proposal by one person and their being made effective by another."""
