"""The database and the queue that come with the product, for machines that offer neither."""
