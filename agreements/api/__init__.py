"""The agreements of the REST API: the pages' queries and services in other clothes."""
