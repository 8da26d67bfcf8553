/* SHA-256 (FIPS 180-4) of a quarter of a megabyte, with ordinary instructions. */
#include "program.h"

enum { BYTES = 1 << 18 };

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static unsigned char data[BYTES];

static inline uint32_t turn(uint32_t x, int by) {
  return x >> by | x << (32 - by);
}

static void block(uint32_t hash[8], const unsigned char *bytes) {
  uint32_t w[64];
  for (int t = 0; t < 16; t++) {
    memcpy(&w[t], bytes + 4 * t, 4);
    w[t] = __builtin_bswap32(w[t]);
  }
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int t = 0; t < 64; t++) {
    uint32_t t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) +
                  constants[t] + w[t];
    uint32_t t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
  hash[5] += f;
  hash[6] += g;
  hash[7] += h;
}

static void sha256(uint32_t hash[8], const unsigned char *bytes, size_t size) {
  static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash, first, sizeof first);
  size_t whole = size / 64 * 64;
  for (size_t at = 0; at < whole; at += 64) {
    block(hash, bytes + at);
  }
  unsigned char last[128] = {0};
  size_t rest = size - whole;
  memcpy(last, bytes + whole, rest);
  last[rest] = 0x80;
  size_t end = rest < 56 ? 64 : 128;
  uint64_t bits = __builtin_bswap64((uint64_t)size * 8);
  memcpy(last + end - 8, &bits, 8);
  for (size_t at = 0; at < end; at += 64) {
    block(hash, last + at);
  }
}

static void prepare(void) {
  uint32_t hash[8];
  sha256(hash, (const unsigned char *)"abc", 3);
  if (hash[0] != 0xba7816bf || hash[7] != 0xf20015ad) {
    fail("SHA-256 of the standard's own example is wrong");
  }
  fill(data, BYTES, 99);
}

static uint64_t unit(void) {
  uint32_t hash[8];
  sha256(hash, data, BYTES);
  return (uint64_t)hash[0] << 32 | hash[7];
}
