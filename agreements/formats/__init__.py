"""What comes in and goes out in forms that others define: tables of treaty registers."""
