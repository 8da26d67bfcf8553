/* Ends with the status that it is told: what forkexec executes. */
#include <stdlib.h>

int main(int argc, char **argv) {
  return argc == 2 ? atoi(argv[1]) : 98;
}
