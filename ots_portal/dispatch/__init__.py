"""Whether messages arrive: the administrator's page of deliveries, and the pause that holds them back."""
