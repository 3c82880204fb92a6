"""Made-up plans, marked so wherever they go: no polygons of the city's plans are public."""
