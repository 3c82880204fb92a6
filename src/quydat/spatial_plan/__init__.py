"""Plans as layers with land-use tables: what a lower plan may decide under the one above, and where it breaks it."""
