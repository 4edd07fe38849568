"""One furnished town, visited by everybody on every route and attacked through every form."""
