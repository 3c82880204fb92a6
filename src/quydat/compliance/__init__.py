"""Whether parks, plots, plans, conversions and projects of a run keep the law: subjects from tables, findings, coverage."""
