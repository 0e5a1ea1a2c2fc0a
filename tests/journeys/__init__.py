"""Stories in a real browser, with a real web server, worker, beat, mail server and database."""
