"""Workloads W1 to W5, each measured beside the raw commit floor of the same run; never a timed test."""
