"""What runs in the process of its own where a query is answered."""
