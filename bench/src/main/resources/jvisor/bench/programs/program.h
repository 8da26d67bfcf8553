/*
 * What all programs of the suite share. A program defines prepare(), which makes its data and is not
 * measured, and unit(), a fixed piece of work that begins with the same data each time and answers a
 * number that sums up what came out. main() does as many units as its argument says, between two
 * marks on standard output:
 *
 *   @start
 *   @end
 *   @sum 1234567890abcdef
 *
 * A program that defines SEEDED has its argument in seed, and does one unit that depends on it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keeps the compiler from knowing VALUE and what is in memory, and so from doing work only once. */
#define UNKNOWN(value) __asm__ volatile("" : "+r"(value) : : "memory")

#ifdef SEEDED
static uint64_t seed;
#endif

static void prepare(void);
static __attribute__((noinline, noclone)) uint64_t unit(void);

static inline void say(const char *text) {
  size_t length = strlen(text);
  if (write(1, text, length) != (ssize_t)length) {
    exit(3);
  }
}

static inline void fail(const char *why) {
  say("@failed ");
  say(why);
  say("\n");
  exit(1);
}

/* The next number of a sequence that is the same everywhere (xorshift64). */
static inline uint64_t next_number(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

static inline void fill(void *data, size_t size, uint64_t seed) {
  unsigned char *bytes = data;
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (unsigned char)(next_number(&seed) >> 24);
  }
}

/* Adds a value to a sum in which the order counts (FNV-1a on words). */
static inline uint64_t mix(uint64_t sum, uint64_t value) {
  return (sum ^ value) * 0x100000001b3ULL;
}

int main(int argc, char **argv) {
  uint64_t count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
  if (count == 0) {
    fail("how many units?");
  }
#ifdef SEEDED
  seed = count;
  count = 1;
#endif
  prepare();
  uint64_t sum = 0;
  int same = 1;
  say("@start\n");
  for (uint64_t i = 0; i < count; i++) {
    UNKNOWN(i);
    uint64_t now = unit();
    same &= i == 0 || now == sum;
    sum = now;
  }
  say("@end\n");
  if (!same) {
    fail("one unit came out otherwise than the one before");
  }
  char line[40];
  snprintf(line, sizeof line, "@sum %016" PRIx64 "\n", sum);
  say(line);
  return 0;
}

#endif
