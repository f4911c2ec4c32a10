"""The errors that neosieve raises for its users.

Every message says what is wrong, where, why, and how to mend it; the command line prints it as one line.
"""


class NeosieveError(Exception):
    """Root of every error that is the input's doing, not a defect of neosieve."""


class InputError(NeosieveError):
    """A file that is missing, unreadable, truncated or not what it should be."""


class SampleError(NeosieveError):
    """The tumour or normal sample is unknown or can't be told."""


class HlaError(NeosieveError):
    """An HLA type that can't be read, or that leaves no allele to predict for."""


class ModelError(NeosieveError):
    """Prediction models that are missing, corrupted or can't serve the request."""


class OutputError(NeosieveError):
    """A place where results can't be written."""
