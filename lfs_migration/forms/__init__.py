"""Products of a questionnaire: a form to field on a tablet, and a page to print.

The form:

- ``xlsform``: writes the workbook that ODK, KoboToolbox and SurveyCTO read;
- ``layout``: the rows of the form, with their groups and repeats;
- ``xpath``: conditions and calculations in the language of the form;
- ``quantities``: the numbers in them; ``logic``: and, or, not over texts of that language.

The page:

- ``paper``: writes it; ``skips``: the arrows that lead past questions.

Both:

- ``choices``: the answers that a question offers; ``phrases``: words that no codebook owns.
"""
