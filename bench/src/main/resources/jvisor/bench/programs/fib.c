/* The 27th Fibonacci number by the definition: calls and returns. */
#include "program.h"

static __attribute__((noinline, noclone)) uint64_t fib(uint64_t n) {
  UNKNOWN(n);
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void prepare(void) {}

static uint64_t unit(void) {
  return fib(27);
}
