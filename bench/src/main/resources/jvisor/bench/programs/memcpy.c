/* The C library's memcpy: sixteen megabytes in pieces from 16 bytes to a megabyte. */
#include "program.h"

enum { BYTES = 1 << 20, LEAST = 16 };

static unsigned char from[BYTES + 64], to[BYTES + 64];

static void prepare(void) {
  fill(from, sizeof from, 3);
}

static uint64_t unit(void) {
  uint64_t sum = 0;
  for (size_t size = LEAST; size <= BYTES; size *= 4) {
    for (size_t at = 0; at < BYTES; at += size) {
      size_t length = size;
      UNKNOWN(length);
      memcpy(to + at, from + at, length);
    }
    /* Once more from an address that is not aligned. */
    for (size_t at = 0; at < BYTES; at += size) {
      size_t length = size;
      UNKNOWN(length);
      memcpy(to + at + 3, from + at + 8, length);
    }
    sum = mix(sum, to[size - 1] + 256ULL * to[BYTES - 1]);
  }
  return sum;
}
