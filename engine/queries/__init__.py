"""Everything a person may read, each query guarded by who is asking today."""
