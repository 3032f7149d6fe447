"""What runs in the process of `geo.sources.files.sandbox`, and nowhere else: parsers, and their checks."""
