/* Two matrices of 96 by 96 doubles multiplied. */
#include "program.h"

enum { SIDE = 96 };

static double left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

static void prepare(void) {
  uint64_t seed = 17;
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      left[i][j] = (double)(next_number(&seed) >> 40) / 65536;
      right[i][j] = (double)(next_number(&seed) >> 40) / 65536;
    }
  }
}

static uint64_t unit(void) {
  memset(product, 0, sizeof product);
  for (int i = 0; i < SIDE; i++) {
    for (int k = 0; k < SIDE; k++) {
      double factor = left[i][k];
      for (int j = 0; j < SIDE; j++) {
        product[i][j] += factor * right[k][j];
      }
    }
  }
  uint64_t sum = 0;
  for (int i = 0; i < SIDE; i++) {
    uint64_t bits;
    memcpy(&bits, &product[i][(i * 7) % SIDE], sizeof bits);
    sum = mix(sum, bits);
  }
  return sum;
}
