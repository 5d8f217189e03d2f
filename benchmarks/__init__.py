"""Benchmarks: what a replication costs. They print figures and never fail; nothing here is a test."""
