"""Made-up surveys that say so: every row has the basis illustrative. For tests, manual and demonstration."""
