"""What measures pfocr-ld, run from the checkout: `python -m benchmarks.run` and its neighbours."""
