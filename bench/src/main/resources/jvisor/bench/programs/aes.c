/* A megabyte encrypted with AES-128 in counter mode, eight blocks at a time, by AES-NI. */
#include "program.h"
#include <immintrin.h>

#define AES __attribute__((target("aes,sse4.1")))

enum { BLOCKS = 65536, WIDE = 8 };

static __m128i data[BLOCKS];
static __m128i keys[11];

AES static __m128i next_key(__m128i key, __m128i assist) {
  assist = _mm_shuffle_epi32(assist, 0xff);
  /* FIPS 197, 5.2: each word is the sum of all words up to it. */
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, assist);
}

AES static void expand(__m128i key) {
  keys[0] = key;
#define ROUND(n, constant) \
  keys[n] = next_key(keys[n - 1], _mm_aeskeygenassist_si128(keys[n - 1], constant))
  ROUND(1, 0x01);
  ROUND(2, 0x02);
  ROUND(3, 0x04);
  ROUND(4, 0x08);
  ROUND(5, 0x10);
  ROUND(6, 0x20);
  ROUND(7, 0x40);
  ROUND(8, 0x80);
  ROUND(9, 0x1b);
  ROUND(10, 0x36);
#undef ROUND
}

AES static void encrypt(__m128i blocks[WIDE]) {
  for (int b = 0; b < WIDE; b++) {
    blocks[b] = _mm_xor_si128(blocks[b], keys[0]);
  }
  for (int round = 1; round < 10; round++) {
    for (int b = 0; b < WIDE; b++) {
      blocks[b] = _mm_aesenc_si128(blocks[b], keys[round]);
    }
  }
  for (int b = 0; b < WIDE; b++) {
    blocks[b] = _mm_aesenclast_si128(blocks[b], keys[10]);
  }
}

AES static void prepare(void) {
  /* FIPS 197, appendix B. */
  expand(_mm_set_epi64x(0x3c4fcf098815f7abLL, (long long)0xa6d2ae2816157e2bULL));
  __m128i example[WIDE];
  for (int b = 0; b < WIDE; b++) {
    example[b] = _mm_set_epi64x(0x340737e0a2983131LL, (long long)0x8d305a88a8f64332ULL);
  }
  encrypt(example);
  static const unsigned char expected[16] = {0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb,
                                             0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b, 0x32};
  if (memcmp(&example[WIDE - 1], expected, 16) != 0) {
    fail("AES of the standard's own example is wrong");
  }
  fill(data, sizeof data, 5);
}

AES static uint64_t unit(void) {
  __m128i sum = _mm_setzero_si128();
  for (int at = 0; at < BLOCKS; at += WIDE) {
    __m128i stream[WIDE];
    for (int b = 0; b < WIDE; b++) {
      stream[b] = _mm_set_epi64x(at + b, 0x5eed);
    }
    encrypt(stream);
    for (int b = 0; b < WIDE; b++) {
      sum = _mm_add_epi64(sum, _mm_xor_si128(stream[b], data[at + b]));
    }
  }
  return (uint64_t)_mm_extract_epi64(sum, 0) ^ (uint64_t)_mm_extract_epi64(sum, 1);
}
