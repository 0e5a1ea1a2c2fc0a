"""How deliveries fare: how late, how many, why not, on which channel."""
