"""What `bench/site` and `bench/check` measure with: a made-up publication, and other programs."""
