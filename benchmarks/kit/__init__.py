"""What several benchmarks need: the product set up, medians, cached input files, a real server."""
