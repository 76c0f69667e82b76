"""What is written down of a case on paper: made from the ledger's facts after the commit, never beside them."""
