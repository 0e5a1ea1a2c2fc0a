"""How fast, as ratios: each measure beside the same bytes ready-made, in the same minute."""
