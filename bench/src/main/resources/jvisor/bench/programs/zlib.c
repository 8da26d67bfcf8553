/* A text of 50,000 bytes packed with zlib at its usual level, unpacked and compared. */
#include "program.h"
#include <zlib.h>

enum { BYTES = 50000 };

static unsigned char text[BYTES], packed[BYTES + 1000], unpacked[BYTES];

static void prepare(void) {
  static const char *const words[] = {"the",   "guest", "page",  "of",      "memory", "and",
                                      "timer", "fault", "a",     "segment", "is",     "translated",
                                      "to",    "code",  "block", "in",      "cache",  "register"};
  uint64_t seed = 31;
  size_t at = 0;
  while (at < BYTES) {
    uint64_t number = next_number(&seed) >> 11;
    size_t length;
    char word[24];
    if (number % 7 == 0) {
      length = (size_t)snprintf(word, sizeof word, "%u ", (unsigned)(number >> 8) % 100000);
    } else {
      length = (size_t)snprintf(word, sizeof word, "%s ", words[(number >> 8) % 18]);
    }
    if (length > BYTES - at) {
      length = BYTES - at;
    }
    memcpy(text + at, word, length);
    at += length;
  }
}

static uint64_t unit(void) {
  uLongf size = sizeof packed;
  uLongf back = sizeof unpacked;
  if (compress2(packed, &size, text, BYTES, 6) != Z_OK ||
      uncompress(unpacked, &back, packed, size) != Z_OK || back != BYTES ||
      memcmp(text, unpacked, BYTES) != 0) {
    fail("what was packed does not unpack");
  }
  return mix(size, crc32(0, packed, (uInt)size));
}
