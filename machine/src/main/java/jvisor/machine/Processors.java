package jvisor.machine;

/** How several virtual processors share the time of the host's. */
public enum Processors {
  /** By turns on one thread, so that each instruction is atomic and runs can be repeated. */
  TURNS,

  /** At the same time, each on a thread of its own; not everything can look on then. */
  THREADS
}
