"""Workbooks (.xlsx, .xlsm, .xls, .ods): their sheets as lines of comma-separated text, parsed in a process of its own.

A date is written as ISO, a whole number without decimals, yes and no as true and false, an error as an empty cell; a
line break inside a cell becomes a space, unless it is asked for. So each row is one line, a blank row a blank one, and
lines and rows of the sheet have the same numbers.
"""
