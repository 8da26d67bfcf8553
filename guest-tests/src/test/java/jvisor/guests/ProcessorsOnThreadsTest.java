package jvisor.guests;

import jvisor.machine.Processors;

/** The same at the same time, on threads. */
class ProcessorsOnThreadsTest extends SeveralProcessorsTest {
  @Override
  Processors processors() {
    return Processors.THREADS;
  }
}
