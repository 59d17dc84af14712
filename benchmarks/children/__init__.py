"""The code that runs in processes of its own, so that neither its memory nor its path is that of the benchmarks."""
