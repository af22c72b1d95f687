"""Proves the knowledge without data: what contradicts itself, what can be reached, what an edition can compute.

What is wrong:

- ``problems``: all that is wrong in a codebook, alone or with an edition;
- ``expressions``: an expression where it stands, its language, its variables and the codes it names;
- ``maps``: how an edition's native codes become the codebook's;
- ``recipes``: an edition's recipe of weights.

What can be computed:

- ``computable``: what an edition can compute of the derivations, rules and indicators.

What can be reached, and what else to look at:

- ``possible_values``: the values that an expression may have, when its variables may have one of several;
- ``decisive_states``: the few states of a variable that make a difference to some expressions;
- ``reach``: whether anybody can give the answers that an expression needs;
- ``remarks``: what to mend and what to look at in a codebook, alone or with an edition;
- ``questionnaire_places``: where the items of a questionnaire stand, and where its routes lead;
- ``routes``: what is wrong in a questionnaire, without asking anybody.
"""
