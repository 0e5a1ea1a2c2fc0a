"""Records and lists as files: PDF, XLSX, CSV, GeoJSON."""
