<<<<<<< HEAD
"""Made-up surveys that say so: every row has the basis illustrative. For tests, manual and demonstration."""
=======
"""Made-up surveys, marked illustrative everywhere: what is true in them is known, and so is every fault planted."""
>>>>>>> city
