"""The same work done by task queues alone, as most portals do it: the message is the task, and no row says who has it."""
