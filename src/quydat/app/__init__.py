"""Actions: the only way to change anything. The faces (terminal, web, notebook) import this and nothing below it."""
