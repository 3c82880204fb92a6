"""The choice: what the optimiser is asked, what it answers, and that rehearsed in draws that it has not seen."""
