"""How fast lossytools is beside other tools and beside the codec alone; `benchmarks/run.py` starts it."""
