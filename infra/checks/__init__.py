"""`make infra-check`: what can be known of the infrastructure and the pipeline without an account."""
