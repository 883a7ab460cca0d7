"""Servers at their worst: one that dies, one that hangs, one that says what is no message of the protocol."""

import sys
import threading

if "--die" in sys.argv:
    print("the shelf is broken", file=sys.stderr)
    sys.exit(3)
print("just a moment", file=sys.stderr, flush=True)
for _ in range(3 if "--rubbish" in sys.argv else 0):
    print("Welcome to the shelf!", flush=True)
threading.Event().wait()
