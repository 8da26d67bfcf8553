/* A child that executes a program, which ends at once; four times. */
#include "program.h"
#include <sys/wait.h>

static void prepare(void) {}

static uint64_t unit(void) {
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) {
    pid_t child = fork();
    if (child == 0) {
      char number[12];
      snprintf(number, sizeof number, "%d", i);
      execl("./ends", "./ends", number, NULL);
      _exit(99);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
      fail("a child did not end as it should");
    }
    sum = mix(sum, (uint64_t)WEXITSTATUS(status));
  }
  return sum;
}
