"""The meetings of the REST API: same queries, same services as the pages."""
