"""How much land and floor production will want each year, by two methods side by side, with how sure that is."""
