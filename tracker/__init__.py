"""An event-sourced memory for running news stories: what happened, who said what, and what was known when."""
