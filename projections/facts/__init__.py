"""What may be asked of the record, as known at a moment: the `Facts` protocol, its values, what follows from them.

Engines and questions see nothing else. No SQL, no words, no answer shapes here.

Not here: a judgement (the engines), an answer (`projections.questions`), a word (`projections.language`).
"""
