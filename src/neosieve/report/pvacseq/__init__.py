"""The tables that pVACseq writes, made of a run's candidates."""
