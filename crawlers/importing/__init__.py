"""Import of tables: files to rows, rows to reviews, reviews to the log."""
