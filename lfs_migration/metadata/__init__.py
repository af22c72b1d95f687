"""What follows from a codebook, for people and programs that know nothing of this package.

- ``page`` and ``page_view``: the codebook as a page;
- ``ddi`` and ``ddi_variables``: DDI-Codebook; ``xmltree``: the XML of it;
- ``listing``: variables, codes and rules as CSV files;
- ``spss`` and ``stata``: scripts that label data; ``labels``: what the two share;
- ``schemas``: JSON Schemas of the YAML files;
- ``differences``: what differs between two editions, countries or modules;
- ``sources``: where a question is worded and a variable comes from; ``verbal``: conditions in words; ``words``: words
  that no codebook owns.
"""
