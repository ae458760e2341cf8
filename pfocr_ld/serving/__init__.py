"""HTTP over an embedded store: the SPARQL endpoint, the pages, and every IRI of the data answered."""
