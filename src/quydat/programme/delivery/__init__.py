"""What it changes if the city clears and builds first, against developers who clear."""
