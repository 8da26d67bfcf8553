/**
 * How soon running guest code hears of what comes from outside: {@link
 * jvisor.bench.latency.LatencyBench}. The guests {@link jvisor.bench.latency.Work} in emitted code;
 * times are the host's, from one thread's request to another's answer.
 */
@NullMarked
package jvisor.bench.latency;

import org.jspecify.annotations.NullMarked;
