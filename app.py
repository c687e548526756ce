"""Serve the chat page: builds the index if it is missing or stale, then listens on port 7860."""

import sys

from chatbot import ChatbotError, Settings
from chatbot.channels.server import serve

if __name__ == "__main__":
    try:
        serve(Settings())
    except ChatbotError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
