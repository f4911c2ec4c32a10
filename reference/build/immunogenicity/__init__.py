"""The recipe of ``reference/models/immunogenicity``."""
