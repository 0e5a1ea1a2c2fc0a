"""
What leaves the portal as a file to be read: PDF set by typst, tables as CSV, XLSX and PDF, and the answer they go out in.

docs/paper.md shows how an app makes a document and a list.
"""
