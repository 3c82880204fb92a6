"""What is built when, by which delivery model, with whose money; and what it changes if the city clears first."""
