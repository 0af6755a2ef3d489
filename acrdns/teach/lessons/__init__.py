"""Lessons: broken topologies to mend, each a file of Markdown with front matter in this folder.

In: a folder of lessons, and a topology's text. Out: `Lesson`s, and for a topology whether it solves one, and why not.

Read in this order: `lesson` (the values), `reading` and `schema` (a text to a lesson, or its problems), `curriculum`
(a folder), `judge` (is it solved), `proof` (does the lesson hold), `lines` (for a terminal), `progress`
(of a learner).
"""
