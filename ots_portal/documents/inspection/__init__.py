"""
What is inside a file that came in: plain functions over bytes, run in a process of their own.

Nothing here knows Django or the portal's secrets: the parsers of other people's formats run in a child
with little memory, little time and an empty environment (ots_portal/documents/confined.py).
"""
