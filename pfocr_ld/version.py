"""The version of pfocr-ld, said here and nowhere else."""

__version__ = "0.1.0"
