/* Four megabytes of fresh memory, each page touched once, and given back. */
#include "program.h"
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 1024 };

static void prepare(void) {}

static uint64_t unit(void) {
  unsigned char *memory =
      mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    fail("no memory");
  }
  /* Large pages would take one fault instead of 512; a kernel without them need not obey. */
  madvise(memory, PAGES * PAGE, MADV_NOHUGEPAGE);
  uint64_t sum = 0;
  for (int i = 0; i < PAGES; i++) {
    sum += memory[i * PAGE] + 1u;
    memory[i * PAGE + 8] = 1;
  }
  if (munmap(memory, PAGES * PAGE) != 0) {
    fail("memory cannot be given back");
  }
  return sum;
}
