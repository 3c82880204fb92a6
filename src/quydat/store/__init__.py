"""Keeping: a study is a folder with one record (append-only, hash-chained change sets) and its runs."""
