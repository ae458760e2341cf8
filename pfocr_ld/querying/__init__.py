"""The bundled questions: found, filled with values, asked, and their answers written."""
