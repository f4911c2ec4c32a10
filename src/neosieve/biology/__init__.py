"""Pure functions: haplotypes, proteins, peptides, self, ranking. No I/O, no clock, no randomness."""
