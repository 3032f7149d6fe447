"""What is measured against other tools, by ``make bench``; no test asserts a time."""
