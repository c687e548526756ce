"""Chat models: any that LangChain knows, a local one, and what keeps a failing one from harming answers."""
