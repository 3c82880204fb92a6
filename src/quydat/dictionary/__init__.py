"""The meaning of every table and attribute, in one place: CSV files that all else is made from."""
