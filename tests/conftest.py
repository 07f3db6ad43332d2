"""What holds for all tests: on a busy machine, in parallel, in any order, and whatever the shell does with Ctrl-C."""

import signal
import threading

from hypothesis import HealthCheck, settings

# A machine that does other work, too, is slow by fits and starts, which says nothing about the code.
settings.register_profile("w2v", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("w2v")


def pytest_configure():
    """Let the processes that tests start answer to signals.

    A shell that starts tests in the background lets them ignore Ctrl-C, and nohup the end of the terminal; processes
    that they start would inherit that, and tests that send them these signals would wait for ever.
    """
    if threading.current_thread() is threading.main_thread():
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        hangup = getattr(signal, "SIGHUP", None)  # Windows has none
        if hangup is not None and signal.getsignal(hangup) is signal.SIG_IGN:
            signal.signal(hangup, signal.SIG_DFL)
