"""What the tests of the shares have in common: engines, coverages, features, an exact answer in fractions."""
