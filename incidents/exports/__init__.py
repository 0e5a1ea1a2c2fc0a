"""Records and lists as files: PDF, XLSX, CSV with HXL tags, GeoJSON."""
