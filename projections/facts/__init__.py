"""What may be asked of the record, as known at a moment: the `Facts` protocol, its values, what follows from them.

Engines and questions see nothing else. No SQL, no words, no answer shapes here.
"""
