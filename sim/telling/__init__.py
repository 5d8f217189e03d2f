"""What is told of findings and of comparisons: headline tables, sentences, caveats, and what figures take.

In both languages, and nothing is printed: the command line prints it, a notebook shows it.
"""
