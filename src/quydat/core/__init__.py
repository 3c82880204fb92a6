"""Words that all other parts use: area and coordinates, period, absence, money, basis, figure, problem."""
