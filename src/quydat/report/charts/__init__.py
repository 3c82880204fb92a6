"""Charts, one file each; every one is a function ``draw(snapshot, lang) -> Figure``."""
