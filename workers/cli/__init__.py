"""Groups of the command line, one module each: `register(commands)` adds it, `run(wish)` carries it out."""
