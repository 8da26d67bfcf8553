/*
 * A storm of processes: a tree of them, each of which changes what it shares with its parent until
 * it does, and tells what came out through a pipe and its status. Some are killed.
 */
#define SEEDED
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "program.h"

enum { DEPTH = 3, WORDS = 1 << 14 };

static uint64_t *own;
static volatile uint64_t *common;

static void prepare(void) {
  own = malloc(WORDS * sizeof *own);
  common = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (own == NULL || common == MAP_FAILED) {
    fail("no memory");
  }
  fill(own, WORDS * sizeof *own, seed);
}

static uint64_t reckon(uint64_t number) {
  uint64_t state = number | 1;
  uint64_t sum = number;
  for (int i = 0; i < 300; i++) {
    uint64_t *word = &own[next_number(&state) % WORDS];
    *word = mix(*word, state);
    sum += *word;
  }
  return sum;
}

static uint64_t tree(uint64_t number, int depth);

static void child(uint64_t number, int depth, int out) {
  __atomic_fetch_add(common, number, __ATOMIC_SEQ_CST);
  uint64_t sum = tree(number, depth - 1);
  if (write(out, &sum, sizeof sum) != sizeof sum) {
    _exit(1);
  }
  if (number % 5 == 0) {
    kill(getpid(), number % 10 == 0 ? SIGKILL : SIGTERM);
  }
  _exit((int)(sum % 200));
}

static uint64_t tree(uint64_t number, int depth) {
  uint64_t sum = reckon(number);
  unsigned children = depth == 0 ? 0 : 3 + (unsigned)(sum % 3);
  int pipes[5][2];
  pid_t pids[5];
  for (unsigned i = 0; i < children; i++) {
    if (pipe(pipes[i]) != 0 || (pids[i] = fork()) < 0) {
      fail("no process");
    }
    if (pids[i] == 0) {
      child(number * 7 + i, depth, pipes[i][1]);
    }
    close(pipes[i][1]);
    sum = mix(sum, reckon(i));
  }
  for (unsigned i = 0; i < children; i++) {
    uint64_t said = 0;
    int status = 0;
    if (read(pipes[i][0], &said, sizeof said) != sizeof said) {
      fail("a child has said nothing");
    }
    close(pipes[i][0]);
    if (waitpid(pids[i], &status, 0) != pids[i]) {
      fail("a child has been lost");
    }
    sum = mix(mix(sum, said), (uint64_t)status);
  }
  return sum;
}

static uint64_t unit(void) {
  uint64_t sum = tree(seed, DEPTH);
  return mix(sum, *common);
}
