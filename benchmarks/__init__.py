"""Speed as ratios against a named peer, both measured in one run on one machine; ``python -m benchmarks``."""
