/* A byte sent to another process and back through two pipes; 500 times. */
#include "program.h"

static int there[2], back[2];

static void echo(void) {
  unsigned char byte;
  while (read(there[0], &byte, 1) == 1) {
    byte++;
    if (write(back[1], &byte, 1) != 1) {
      break;
    }
  }
  _exit(0);
}

static void prepare(void) {
  if (pipe(there) != 0 || pipe(back) != 0) {
    fail("no pipe");
  }
  pid_t child = fork();
  if (child < 0) {
    fail("no second process");
  }
  if (child == 0) {
    close(there[1]);
    echo();
  }
  close(there[0]);
}

static uint64_t unit(void) {
  uint64_t sum = 0;
  for (int i = 0; i < 500; i++) {
    unsigned char byte = (unsigned char)i;
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) {
      fail("the pipe is broken");
    }
    sum = mix(sum, byte);
  }
  return sum;
}
