"""Immutable types, shared by every stage: no I/O, no pandas, no logic beyond their own invariants."""
