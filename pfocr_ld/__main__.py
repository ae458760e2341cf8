from pfocr_ld.cli import main

main()
