"""A lock that objects can keep beside their data: deep copies and pickles of them get one of their own."""

import threading


class Lock:
    """A reentrant lock, to be used by ``with``; a deep copy of it, or what a pickle holds, is a new and free one.

    writers : how many write what it protects without taking it, for a long time and at any moment

    Examples
    --------
    >>> import pickle
    >>> lock = Lock()
    >>> with lock:
    ...     other = pickle.loads(pickle.dumps(lock))
    >>> other is lock
    False
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.writers = 0

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def __reduce__(self) -> tuple[type["Lock"], tuple[()]]:
        return Lock, ()
