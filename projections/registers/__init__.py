"""Registers as an office keeps them: tasks handed out and reported on, issues found and put right (任务、问题台账).

Each is one question with its rows; what is judged by a day is judged as on that day. Nothing here decides a duty.

Not here: a duty (`projections.obligations`), and how rows are asked for (`projections.questions.registers`).
"""
