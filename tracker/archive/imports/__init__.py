"""Other people's formats turned into records, each with its place in the file; deciding is left to the one path."""
