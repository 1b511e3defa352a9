"""For a WSGI server: `gunicorn api.wsgi:app`. Settings are environment variables, see `api.settings`.

Never open: behind a proxy everybody would come from this machine. `zeren views follow DIR` has to run beside it.
"""

import os
from dataclasses import replace

from api.app import create_app
from api.asking.logs import write_logs
from api.settings import read_settings
from projections.language.catalogue import pick_language, use_language

use_language(pick_language(None))
write_logs()
app = create_app(replace(read_settings(os.environ), open=False))
