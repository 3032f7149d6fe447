"""The compiled engine of `geo.allocate`: why it is fast, and where its exactness comes from.

Fast: a uniform grid (`grid`) answers at once for what lies in a cell that no border meets,
nine features in ten; only what comes near a border is compared with the few edges of its
cells, and never with whole territories. Coordinates are read from the bytes of the file
(`wkb`), projected (`lambert`) and compared as arrays of numbers; no geometry is built.
Kernels are compiled by Numba, kept on disk, and free of the interpreter's lock: each core
works on its own batch.

Exact: signs of determinants and sums have no rounding error (`exact`). Points and lines
follow the same arithmetic as the plain engine, in the same order, and give the same bits.
Polygons are measured by the theorem of Green over the pieces of both boundaries, in a frame
of their own corner. What is not plainly in general position, a vertex within a micrometre
of a border, a line that runs over itself, a geometry that may be invalid, is handed to the
plain engine, which GEOS makes robust.
"""
