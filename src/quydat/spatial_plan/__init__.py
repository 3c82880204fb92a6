"""Plans as layers with land-use tables: what a lower plan may still decide under the one above, and where it breaks it."""
