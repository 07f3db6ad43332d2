"""The life of a model, as a list of what was done with it and when."""

import logging
import platform
from datetime import datetime
from typing import Any

from w2v.config import __version__

logger = logging.getLogger("w2v.model")


class Events:
    """What of `w2v.Word2Vec` remembers its history."""

    lifecycle_events: list[dict[str, Any]] | None

    def add_lifecycle_event(self, event_name: str, log_level: int | bool = logging.INFO, **event: Any) -> None:
        """Append an event to `lifecycle_events`, with time and versions, and log it.

        `created`, `build_vocab`, `prepare_vocab`, `train`, `saving` and `loaded` are added of themselves. Set
        `lifecycle_events` to None to keep none.

        Parameters
        ----------
        event_name : str
        log_level : int, default logging.INFO
            False for no line in the log.
        **event
            Anything that `str` makes sense of.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec()
        >>> model.add_lifecycle_event("reviewed", by="Ada")
        >>> [event["event"] for event in model.lifecycle_events]
        ['created', 'reviewed']
        """
        event["datetime"] = datetime.now().isoformat()
        event["w2v"], event["python"], event["platform"] = __version__, platform.python_version(), platform.platform()
        event["event"] = event_name
        if log_level:
            logger.log(log_level, "%s lifecycle event %s", type(self).__name__, event)
        if self.lifecycle_events is not None:
            self.lifecycle_events.append(event)
