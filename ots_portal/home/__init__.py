"""The front page, the menu and health: assembled from what the apps plug in (``portal.py``)."""
