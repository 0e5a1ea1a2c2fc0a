"""What comes in and goes out in forms that others define: texts of treaties, tables of treaty registers."""
