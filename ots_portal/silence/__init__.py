"""The silence procedure: adopted unless a State objects before an exact instant."""
