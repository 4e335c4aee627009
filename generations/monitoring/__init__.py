"""What operators are told of generations: the queue, the last hour, what does not agree."""
