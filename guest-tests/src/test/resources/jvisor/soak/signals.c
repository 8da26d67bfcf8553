/*
 * Signals of every kind: sent, raised by faults and by single steps, nested, on a stack of their
 * own, left by a jump; while an alarm goes off all the time, of which nothing depends.
 */
#define _GNU_SOURCE
#define SEEDED
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#include "program.h"

enum { PAGE = 4096, PAGES = 16, ROUNDS = 40 };

static volatile uint64_t seen;
static volatile int alarms;
static unsigned char *pages;
static sigjmp_buf out;
static volatile uint64_t steps;
static volatile double real;

static void on_alarm(int signal) {
  (void)signal;
  alarms++;
  real = real * 1.5 + 0.25;
}

/* The page gets the right that it lacks, and the access is made again. */
static void on_segv(int signal, siginfo_t *info, void *context) {
  (void)context;
  unsigned char *page = (unsigned char *)((uintptr_t)info->si_addr & -(uintptr_t)PAGE);
  if (page < pages || page >= pages + PAGES * PAGE) {
    siglongjmp(out, 1);
  }
  seen = mix(seen, (uint64_t)(info->si_addr - (void *)pages) + (uint64_t)signal);
  mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

/* The instruction that divides is skipped, with another result. */
static void on_fpe(int signal, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  seen = mix(seen, (uint64_t)signal + (uint64_t)info->si_code + (uint64_t)registers[REG_RAX]);
  registers[REG_RIP] += 3;
  registers[REG_RAX] = 77;
}

static void on_ill(int signal, siginfo_t *info, void *context) {
  seen = mix(seen, (uint64_t)signal + (uint64_t)info->si_code);
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void on_trap(int signal) {
  (void)signal;
  steps++;
}

static void on_usr1(int signal) {
  seen = mix(seen, (uint64_t)signal);
  if (seen % 3 == 0) {
    raise(SIGUSR2);
  }
}

static void on_usr2(int signal) {
  seen = mix(seen, (uint64_t)signal);
  if (seen % 5 == 0) {
    siglongjmp(out, 2);
  }
}

static void catch(int signal, void *handler, int flags) {
  struct sigaction action = {0};
  action.sa_handler = (void (*)(int))handler;
  action.sa_flags = flags;
  sigaddset(&action.sa_mask, SIGALRM);
  if (sigaction(signal, &action, NULL) != 0) {
    fail("no handler");
  }
}

static void prepare(void) {
  static char stack[1 << 16];
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    fail("no memory");
  }
  catch (SIGALRM, on_alarm, SA_RESTART);
  catch (SIGSEGV, on_segv, SA_SIGINFO | SA_ONSTACK);
  catch (SIGFPE, on_fpe, SA_SIGINFO);
  catch (SIGILL, on_ill, SA_SIGINFO | SA_ONSTACK);
  catch (SIGTRAP, on_trap, 0);
  catch (SIGUSR1, on_usr1, SA_ONSTACK);
  catch (SIGUSR2, on_usr2, SA_NODEFER);
  struct itimerval often = {{0, 700}, {0, 700}};
  setitimer(ITIMER_REAL, &often, NULL);
}

static uint64_t divide(uint64_t by) {
  uint64_t rax = seen;
  uint64_t rdx = 0;
  __asm__ volatile("div %2" : "+a"(rax), "+d"(rdx) : "c"(by) : "cc");
  return rax;
}

/* Registers of all kinds have to survive alarms. */
static uint64_t reckon(uint64_t n) {
  double sum = 0;
  uint64_t whole = n;
  for (int i = 1; i < 4000; i++) {
    sum = sum / 3 + (double)(whole & 0xffff) / i;
    whole = mix(whole, (uint64_t)i);
  }
  memcpy(&n, &sum, sizeof n);
  return mix(whole, n);
}

static void step(unsigned count) {
  uint64_t turns = count;
  __asm__ volatile(
      "sub $128, %%rsp\n pushfq\n orl $0x100, (%%rsp)\n popfq\n"
      "1: dec %0\n lea 1(%0), %%rcx\n jnz 1b\n"
      "pushfq\n andl $~0x100, (%%rsp)\n popfq\n add $128, %%rsp"
      : "+r"(turns)
      :
      : "rcx", "cc", "memory");
}

static void touch(void) {
  unsigned first = (unsigned)(next_number(&seed) >> 40) % PAGES;
  mprotect(pages, PAGES * PAGE, first % 2 == 0 ? PROT_NONE : PROT_READ);
  for (unsigned i = 0; i < PAGES; i++) {
    unsigned at = (first + i * 5) % PAGES * PAGE + (unsigned)(next_number(&seed) >> 50) % 4090;
    uint32_t word;
    memcpy(&word, pages + at, sizeof word);
    word = word * 3 + i;
    memcpy(pages + at, &word, sizeof word);
    seen = mix(seen, word);
  }
}

static uint64_t unit(void) {
  seen = seed;
  for (volatile int round = 0; round < ROUNDS; round++) {
    seen = mix(seen, reckon(seen));
    touch();
    int left = sigsetjmp(out, 1);
    seen = mix(seen, (uint64_t)left);
    if (left == 0) {
      kill(getpid(), SIGUSR1);
      seen = mix(seen, divide(seen % 4 == 0 ? 0 : seen | 1));
      __asm__ volatile("ud2" : : : "memory");
      *(volatile int *)(uintptr_t)(seen % PAGE) = 1;
    }
    steps = 0;
    step(1 + (unsigned)(next_number(&seed) >> 40) % 60);
    seen = mix(seen, steps);
  }
  struct itimerval never = {0};
  setitimer(ITIMER_REAL, &never, NULL);
  return seen;
}
