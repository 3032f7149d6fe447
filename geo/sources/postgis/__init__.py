"""PostGIS: how to reach a base, what is never told of it, and its tables as they are published.

``connecting`` opens a session and turns every refusal into French; ``address`` keeps passwords
out of files, messages and logs; ``reading`` gives a table or a view.
"""

from geo.sources.postgis.address import redacted, refuse_password
from geo.sources.postgis.connecting import Session, session
from geo.sources.postgis.reading import read

__all__ = ["Session", "read", "redacted", "refuse_password", "session"]
