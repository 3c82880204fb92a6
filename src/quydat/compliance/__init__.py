"""Whether parks, plots, plans, conversions and projects of a run keep the law: subjects, findings, coverage."""
