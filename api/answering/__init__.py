"""How an answer leaves: JSON, pages of lists, exports, problems, and their description in OpenAPI.

Not here: a route, a question, or who may ask it.
"""
