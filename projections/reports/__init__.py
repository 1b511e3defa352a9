"""Reports for people: one model (`document`), built once (`trace_report`), shown as text, HTML, Word and PDF.

`document` holds headings, paragraphs, tables and charts and knows no format; `report_text`, `html`, `word` and `pdf`
render it and know no trace. Word and PDF need the extra `report`; both give the same bytes for the same input, so that
a report's digest can be recorded as an event.

Not here: a fact that no question answers: a report tells answers.
"""
