/*
 * Compresses text with matches (LZ77, chains of hashes) and an adaptive binary range coder, and
 * decompresses it again.
 */
#define SEEDED
#include "program.h"

/* Where the odds of what begin. */
enum { KIND = 0, LITERAL = 1, LENGTH = LITERAL + 256, DISTANCE = LENGTH + 256 };
enum { BYTES = 150000, HASHES = 1 << 13, CHAIN = 24, LONGEST = 255, NEAREST = 4 };

static unsigned char text[BYTES];
static unsigned char packed[BYTES * 2];
static unsigned char unpacked[BYTES];
static int newest[HASHES];
static int older[BYTES];

/* ------------------------------------------------------------------ the range coder */
struct coder {
  uint32_t low, range, code;
  unsigned char *at;
  uint16_t odds[1 + 6 * 256];
};

static void begin(struct coder *c, int reading) {
  c->low = 0;
  c->range = 0xffffffff;
  c->at = packed;
  for (size_t i = 0; i < sizeof c->odds / sizeof c->odds[0]; i++) {
    c->odds[i] = 1 << 11;
  }
  for (int i = 0; reading && i < 4; i++) {
    c->code = c->code << 8 | *c->at++;
  }
}

/* Ranges whose ends differ in their first byte only by a carry are cut short (Subbotin). */
static void normalize(struct coder *c, int reading) {
  while ((c->low ^ (c->low + c->range)) < 1u << 24 || c->range < 1u << 16) {
    if ((c->low ^ (c->low + c->range)) >= 1u << 24) {
      c->range = -c->low & 0xffff;
    }
    if (reading) {
      c->code = c->code << 8 | *c->at++;
    } else {
      *c->at++ = (unsigned char)(c->low >> 24);
    }
    c->low <<= 8;
    c->range <<= 8;
  }
}

static int bit(struct coder *c, int place, int value, int reading) {
  uint16_t *odds = &c->odds[place];
  uint32_t middle = (c->range >> 12) * *odds;
  if (reading) {
    value = c->code - c->low >= middle;
  }
  if (value) {
    c->low += middle;
    c->range -= middle;
    *odds -= *odds >> 5;
  } else {
    c->range = middle;
    *odds += (4096 - *odds) >> 5;
  }
  normalize(c, reading);
  return value;
}

static int byte(struct coder *c, int place, int value, int reading) {
  int node = 1;
  for (int i = 7; i >= 0; i--) {
    node = node << 1 | bit(c, place + node, value >> i & 1, reading);
  }
  return node & 255;
}

/* ------------------------------------------------------------------ matches */
static int hash(int at) {
  uint32_t word;
  memcpy(&word, text + at, 4);
  return (int)(word * 2654435761u >> 19);
}

static int match(int at, int *distance) {
  int best = 0;
  int tries = CHAIN;
  for (int from = newest[hash(at)]; from >= 0 && tries-- > 0; from = older[from]) {
    int length = 0;
    while (length < LONGEST && at + length < BYTES && text[from + length] == text[at + length]) {
      length++;
    }
    if (length > best) {
      best = length;
      *distance = at - from;
    }
  }
  return best;
}

static size_t compress(void) {
  struct coder c;
  begin(&c, 0);
  memset(newest, 0xff, sizeof newest);
  for (int at = 0; at < BYTES;) {
    int distance = 0;
    int length = at + NEAREST <= BYTES ? match(at, &distance) : 0;
    int matches = length >= NEAREST;
    bit(&c, KIND, matches, 0);
    if (matches) {
      byte(&c, LENGTH, length, 0);
      for (int i = 0; i < 3; i++) {
        byte(&c, DISTANCE + 256 * i, distance >> 8 * i & 255, 0);
      }
    } else {
      byte(&c, LITERAL, text[at], 0);
      length = 1;
    }
    for (; length > 0; length--, at++) {
      if (at + NEAREST <= BYTES) {
        int place = hash(at);
        older[at] = newest[place];
        newest[place] = at;
      }
    }
  }
  for (int i = 0; i < 4; i++) {
    *c.at++ = (unsigned char)(c.low >> 24);
    c.low <<= 8;
  }
  return (size_t)(c.at - packed);
}

static void decompress(void) {
  struct coder c;
  begin(&c, 1);
  for (int at = 0; at < BYTES;) {
    if (bit(&c, KIND, 0, 1)) {
      int length = byte(&c, LENGTH, 0, 1);
      int distance = 0;
      for (int i = 0; i < 3; i++) {
        distance |= byte(&c, DISTANCE + 256 * i, 0, 1) << 8 * i;
      }
      if (distance == 0 || distance > at || length > BYTES - at) {
        fail("what has been compressed makes no sense");
      }
      for (; length > 0; length--, at++) {
        unpacked[at] = unpacked[at - distance];
      }
    } else {
      unpacked[at++] = (unsigned char)byte(&c, LITERAL, 0, 1);
    }
  }
}

/* Words of a language of a few hundred, the frequent ones more often. */
static void prepare(void) {
  static char words[512][12];
  for (int i = 0; i < 512; i++) {
    int length = 2 + (int)(next_number(&seed) % 9);
    for (int n = 0; n < length; n++) {
      words[i][n] = (char)('a' + next_number(&seed) % 26);
    }
  }
  for (int at = 0; at < BYTES;) {
    uint64_t n = next_number(&seed);
    const char *word = words[n % 512 & n >> 20 & n >> 40];
    for (; *word != 0 && at < BYTES; word++) {
      text[at++] = (unsigned char)*word;
    }
    if (at < BYTES) {
      text[at++] = n >> 60 == 0 ? '\n' : ' ';
    }
  }
}

static uint64_t unit(void) {
  size_t size = compress();
  decompress();
  if (memcmp(text, unpacked, BYTES) != 0) {
    fail("what has been decompressed is something else");
  }
  uint64_t sum = size;
  for (size_t i = 0; i < size; i++) {
    sum = mix(sum, packed[i]);
  }
  return sum;
}
