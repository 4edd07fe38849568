"""Documents on paper: pinned fonts, templates filled without a request, and rendering in a bounded child process."""
