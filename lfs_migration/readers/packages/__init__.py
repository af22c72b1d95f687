"""Files of SPSS and Stata, read in a process of their own."""
