"""Reading an uploaded file into rows, in a guarded child process.

The web and the services import `guard` only; everything else here runs in the child
(`python -m tpr.reading.child`) and may use numpy.
"""
