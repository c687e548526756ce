"""Where people and services meet the chatbot: they see only ``Chatbot``, records and errors."""
