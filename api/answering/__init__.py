"""How an answer leaves: JSON, pages of lists, exports, problems, and their description in OpenAPI."""
