"""Words: the catalogue, titles of kinds and codes, and the sentences in which answers are said, in Chinese and English.

Nothing is decided here; a sentence is made of an answer.

Not here: a decision, or anything that an answer does not hold already.
"""
