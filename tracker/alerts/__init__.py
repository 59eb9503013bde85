"""Who is told of what, once, and by which way: subscriptions, rules, the outbox, delivery."""
