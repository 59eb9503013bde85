"""What is written about the tracker, and what writes the parts that are generated."""
