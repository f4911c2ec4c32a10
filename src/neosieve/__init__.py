"""neosieve: from a tumour's VCF and a patient's HLA type to ranked neoantigen candidates."""

__version__ = "0.1.0"
