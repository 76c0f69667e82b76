"""The procedures, played in the regulation's own words."""
