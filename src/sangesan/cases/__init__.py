"""Cases: the legal way of a household from identification to elimination of risk and roll-back."""
