"""The command line as a person or a script meets it: arguments in, lines and exit codes out."""
