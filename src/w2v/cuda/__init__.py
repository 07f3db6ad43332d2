"""Training on an NVIDIA card: the kernels' source, their compilation at first use, and the trainer around them."""
