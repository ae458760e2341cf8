"""RDF files, whoever wrote them: opened, cut into parts, compared."""
