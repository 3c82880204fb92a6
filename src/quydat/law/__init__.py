"""The law as dated data: an engine with no law in it, and packs that a lawyer can read and change."""
