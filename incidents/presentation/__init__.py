"""What the pages show: values made ready, so that templates neither query nor compute."""
