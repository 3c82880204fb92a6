"""What one more billion buys, what a year of delay costs, and what is regretted under each scenario."""
