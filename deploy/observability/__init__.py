"""What watches us: Prometheus's configuration and rules, and the Grafana dashboard with the table that it is made from."""
