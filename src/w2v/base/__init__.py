"""What all parts stand on: files, paths, threads, progress bars, and rows for the kernels."""
