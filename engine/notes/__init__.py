"""Files and comments beside a case: part of the record, never of the case's own fold."""
