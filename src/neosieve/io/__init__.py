"""The edge that reads: files become model objects here, and nowhere else."""
