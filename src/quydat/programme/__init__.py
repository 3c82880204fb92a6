"""What is cleared when, within the yearly budget, if the city clears first; what it costs and brings."""
