"""One programme played through in very many draws: money running dry, delays that go together, re-planning."""
