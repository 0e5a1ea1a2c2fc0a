"""Where partner systems want to be told: endpoints, their secrets and signatures, and when one is given up."""
