"""Documents on paper: asked for in the browser, rendered by a worker, downloaded through an authorised view."""
