"""The terminal: each command calls one action of ``app`` and prints what comes back."""
