"""People, units and who may do what, today."""
