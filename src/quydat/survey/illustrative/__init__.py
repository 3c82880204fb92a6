"""Made-up surveys, marked illustrative everywhere: what is true in them is known, and so is every fault planted."""
