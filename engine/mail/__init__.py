"""Letters: which arise from the record, what they say, and how they leave the house."""
