"""The law as dated data: an engine with no law in it, and packs that a lawyer can read and change."""

from quydat.law.pack import Pack, load_pack, pack_of

__all__ = ["Pack", "load_pack", "pack_of"]
