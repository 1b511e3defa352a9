"""How a command acts: reading forms, signing, recording, saying what was recorded."""
