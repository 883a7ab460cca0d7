"""How values are said and how they are read back: the words of dates, times, amounts and names.

Whoever writes a message says a value in some form; whoever checks it reads the same words back and must arrive at the
same value. Both directions live here, so that a row's stored origin can be verified from its text alone.
"""
