/*
 * Executes single instructions on the real processor (cc -O1 -o native native.c; x86-64 Linux). Reads
 * batches from stdin, each a count of 8 bytes and as many records, and answers with the records as the
 * instructions left them. A record is 512 bytes, little-endian:
 *   0 mode (in: 64, 32; out: 0 done, else 256 + the exception's vector)    8 bytes of code
 *  16 sixteen general registers   144 RFLAGS   152 RIP (out)   160 code (16 bytes)   176 memory (256 bytes)
 * Code starts at 0x200000, memory stands at 0x100f80. An instruction ends at a trap: everything around it
 * in its page is INT3, and each record is entered and left through the signal handler.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ucontext.h>
#include <unistd.h>
#include <stdlib.h>

#define CODE ((uint8_t *)0x200000)
#define MEMORY ((uint8_t *)0x100f80)
#define BATCH 1024
typedef struct { uint64_t mode, length, gpr[16], flags, rip; uint8_t code[16], memory[256]; uint8_t pad[80]; } Record;
static Record records[BATCH];
static int count, next = -1;
static gregset_t saved;
static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
  REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static void handler(int sig, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (next < 0) {
    memcpy(saved, g, sizeof saved);
  } else {
    Record *r = &records[next];
    r->mode = g[REG_TRAPNO] == 3 ? 0 : 256 + g[REG_TRAPNO];
    r->rip = g[REG_RIP] - (g[REG_TRAPNO] == 3);
    for (int i = 0; i < 16; i++) r->gpr[i] = g[order[i]];
    r->flags = g[REG_EFL];
    memcpy(r->memory, MEMORY, 256);
    memset(CODE, 0xcc, 16);
  }
  if (++next == count) {
    memcpy(g, saved, sizeof saved);
    next = -1;
    return;
  }
  Record *r = &records[next];
  memcpy(CODE, r->code, r->length);
  memcpy(MEMORY, r->memory, 256);
  for (int i = 0; i < 16; i++) g[order[i]] = r->gpr[i];
  g[REG_EFL] = (r->flags & 0xcd5) | 0x202;
  g[REG_RIP] = 0x200000;
  g[REG_CSGSFS] = (g[REG_CSGSFS] & ~0xffffL) | (r->mode == 32 ? 0x23 : 0x33);
}

static int fill(void) {
  uint64_t n;
  if (fread(&n, 8, 1, stdin) != 1 || n == 0 || n > BATCH) return 0;
  size_t got = fread(records, sizeof(Record), n, stdin);
  return got == n ? (int)n : 0;
}

int main(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  int signals[] = {SIGTRAP, SIGSEGV, SIGFPE, SIGILL, SIGBUS};
  for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
  void *m = mmap((void *)0xf0000, 0x20000, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  void *c = mmap((void *)0x1f0000, 0x20000, 7, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (m != (void *)0xf0000 || c != (void *)0x1f0000) return 1;
  memset((void *)0x1f0000, 0xcc, 0x20000);
  __asm__ volatile("mov %0, %%ds; mov %0, %%es" ::"r"(0x2b));
  while ((count = fill()) > 0) {
    __asm__ volatile("int3" ::: "memory");
    fwrite(records, sizeof(Record), count, stdout);
    fflush(stdout);
  }
  return 0;
}
