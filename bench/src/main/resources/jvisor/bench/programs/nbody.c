/* Five bodies that draw each other, 5,000 steps in time (symplectic Euler), in doubles. */
#include "program.h"
#include <math.h>

enum { BODIES = 5, STEPS = 5000 };

struct body {
  double place[3], speed[3], mass;
};

static const struct body start[BODIES] = {
    {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 40.0},
    {{5.0, -1.0, 0.25}, {0.5, 2.75, -0.0625}, 0.0375},
    {{8.5, 4.0, -0.5}, {-1.0, 1.875, 0.03125}, 0.0125},
    {{12.75, -15.0, -0.25}, {1.0, 0.875, -0.03125}, 0.00175},
    {{15.25, -26.0, 0.125}, {0.96875, 0.59375, -0.0625}, 0.002},
};

static struct body bodies[BODIES];

static void advance(double time) {
  for (int i = 0; i < BODIES; i++) {
    for (int j = i + 1; j < BODIES; j++) {
      double away[3], square = 0;
      for (int d = 0; d < 3; d++) {
        away[d] = bodies[i].place[d] - bodies[j].place[d];
        square += away[d] * away[d];
      }
      double pull = time / (square * sqrt(square));
      for (int d = 0; d < 3; d++) {
        bodies[i].speed[d] -= away[d] * bodies[j].mass * pull;
        bodies[j].speed[d] += away[d] * bodies[i].mass * pull;
      }
    }
  }
  for (int i = 0; i < BODIES; i++) {
    for (int d = 0; d < 3; d++) {
      bodies[i].place[d] += time * bodies[i].speed[d];
    }
  }
}

static void prepare(void) {}

static uint64_t unit(void) {
  memcpy(bodies, start, sizeof bodies);
  for (int i = 0; i < STEPS; i++) {
    advance(1.0 / 1024);
  }
  uint64_t sum = 0;
  for (int i = 0; i < BODIES; i++) {
    uint64_t bits;
    memcpy(&bits, &bodies[i].place[i % 3], sizeof bits);
    sum = mix(sum, bits);
  }
  return sum;
}
