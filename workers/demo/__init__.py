"""The demonstration: two companies with a quarter behind them, made by the product's own actions."""
