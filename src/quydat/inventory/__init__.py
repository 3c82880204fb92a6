"""What there is, as of a date: parks, their land by state, the lists they are on, and the evidence for each value."""
