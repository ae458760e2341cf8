"""``python -m pfocr_ld``: the command line."""

from pfocr_ld.cli import main

main()
