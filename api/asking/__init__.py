"""Who asks and what: the reader and his scopes, parameters, the sources a request is answered from.

Routes import this room; it imports no route.

Not here: an answer, or how it is shown.
"""
