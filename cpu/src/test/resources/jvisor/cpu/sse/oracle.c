/*
 * Runs the cases of oracle.txt or avx.txt on the processor at hand and prints the file anew, with its digests:
 *
 *   gcc -O2 -o oracle oracle.c && ./oracle 256 < oracle.txt > new.txt
 *   ./oracle 256 LINE CASE < oracle.txt      prints the state before and after one case
 *
 * Draws what OracleCase.java draws; the two must change together.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define GOLDEN 0x9E3779B97F4A7C15ull
#define ARITHMETIC 0x8d5

/* The state that the stub loads before the instruction and stores after it. */
static struct {
  uint8_t fx[512] __attribute__((aligned(64))); /* as FXRSTOR has it */
  uint64_t rax, rcx, rdx, rsi, rdi, flags;
  uint64_t upper[3][2]; /* the upper halves of YMM0-2 */
} state;

static uint8_t memory[512] __attribute__((aligned(64)));
static uint8_t *code, *instruction, *epilogue;
static volatile int fault;

static void on_fault(int signal, siginfo_t *info, void *context) {
  ucontext_t *c = context;
  fault = c->uc_mcontext.gregs[REG_TRAPNO];
  if ((uint8_t *) c->uc_mcontext.gregs[REG_RIP] != instruction) {
    _exit(3);
  }
  c->uc_mcontext.gregs[REG_RIP] = (long) epilogue;
}

/* ---------------------------------------------------------------- drawing */

static uint64_t x;

static uint64_t next(void) {
  uint64_t z = (x += GOLDEN);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

static const uint32_t SINGLES[32] = {
  0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
  0x7fa00000, 0xff812345, 0x7fc12345, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000,
  0x80800000, 0x7f7fffff, 0xff7fffff, 0x4f000000, 0xcf000000, 0x5f000000, 0xdf000000, 0x3f000000,
  0xbf000000, 0x3fc00000, 0x40200000, 0xc0200000, 0x4effffff, 0x3effffff, 0x33800000, 0x3f7fffff};
static const uint64_t DOUBLES[32] = {
  0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
  0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000,
  0x7ff4000000000000, 0xfff0000012345678, 0x7ff8000012345678, 0x0000000000000001,
  0x8000000000000001, 0x000fffffffffffff, 0x800fffffffffffff, 0x0010000000000000,
  0x8010000000000000, 0x7fefffffffffffff, 0xffefffffffffffff, 0x41e0000000000000,
  0xc1e0000000000000, 0x43e0000000000000, 0xc3e0000000000000, 0x3fe0000000000000,
  0xbfe0000000000000, 0x3ff8000000000000, 0x4004000000000000, 0xc004000000000000,
  0x41dfffffffe00000, 0x47efffffe0000000, 0x3810000000000000, 0x3fefffffffffffff};
static const uint32_t BYTES[8] = {0, 1, 0x7f, 0x80, 0x81, 0xff, 0xfe, 0x40};
static const uint32_t WORDS[8] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, 0xff80, 0x00ff};
static const uint32_t DWORDS[8] = {0, 1, 0x7fffffff, 1u << 31, 0x80000001, -1, 0xffff8000, 0xffff};
static const uint32_t TEXT[8] = {'a', 'b', 'c', 'a', 'b', 'z', 0xe0, 0};

static uint64_t of(const uint32_t *pool, int width) {
  uint64_t r = 0;
  for (int k = 0; k < 64; k += width) {
    r |= (uint64_t) pool[next() & 7] << k;
  }
  return r;
}

static uint64_t long_text(void) {
  uint64_t r = 0;
  for (int k = 0; k < 64; k += 8) {
    r |= (uint64_t) TEXT[(next() & 255) != 0 ? next() % 6 : 7] << k;
  }
  return r;
}

static uint64_t single(void) {
  uint64_t r = next();
  if (r >> 63) {
    return SINGLES[r & 31];
  }
  uint64_t exponent = (r >> 40 & 15) + 120;
  uint64_t fraction = (r >> 36 & 1) ? r & 0x7fffff : r & 0x700000;
  return (r >> 32 & 1) << 31 | exponent << 23 | fraction;
}

/* A number in the range of binary16 and somewhat beyond. */
static uint64_t small(void) {
  uint64_t r = next();
  uint64_t fraction = (r >> 36 & 1) ? r & 0x7fffff : r & 0x7ff000;
  return (r >> 32 & 1) << 31 | ((r >> 40 & 63) + 96) << 23 | fraction;
}

static uint64_t twice(void) {
  uint64_t r = next();
  if (r >> 63) {
    return DOUBLES[r & 31];
  }
  uint64_t exponent = (r >> 52 & 31) + ((r >> 57 & 1) ? 1070 : 1008);
  uint64_t fraction = 0x8000000000000 * (r & 1);
  if (r >> 58 & 1) {
    fraction = r & 0xfffffffffffff;
  } else if (r >> 59 & 1) {
    fraction = r & 0xfffffe0000000;
  }
  return (r >> 62 & 1) << 63 | exponent << 52 | fraction;
}

static uint64_t half(int kind) {
  uint64_t low;
  switch (kind) {
    case 0: return next();
    case 1: low = single(); return low | single() << 32;
    case 2: return twice();
    case 3: return of(BYTES, 8);
    case 4: return of(WORDS, 16);
    case 5: return of(DWORDS, 32);
    case 6: return of(TEXT, 8);
    case 7: return of(TEXT, 16);
    case 8: low = next() & 0xffffffff; return low | single() << 32;
    case 9: return next() & 0xff;
    case 11: low = small(); return low | small() << 32;
    default: return long_text();
  }
}

static const int *kinds(char kind) {
  static const int integers[8] = {0, 0, 3, 4, 5, 3, 4, 5};
  static const int counts[8] = {0, 9, 9, 9, 4, 5, 9, 9};
  static const int singles[8] = {0, 1, 1, 1, 1, 1, 8, 8};
  static const int doubles[8] = {0, 2, 2, 2, 2, 2, 2, 0};
  static const int smalls[8] = {0, 1, 11, 11, 11, 11, 11, 11};
  static const int indices[8] = {9, 9, 9, 9, 9, 9, 9, 9};
  static const int texts[8] = {0, 3, 6, 6, 7, 10, 10, 10};
  switch (kind) {
    case 'n': return counts;
    case 's': return singles;
    case 'd': return doubles;
    case 't': return texts;
    case 'h': return smalls;
    case 'g': return indices;
    default: return integers;
  }
}

static uint64_t general(void) {
  uint64_t r = next();
  if (r >> 63) {
    return r % 41 - 20;
  }
  uint64_t value = next() >> (r & 63);
  return (r >> 62 & 1) ? value : ~value;
}

static uint32_t draw_mxcsr(void) {
  uint64_t r = next();
  uint32_t value = (r & 0xe040) | 0x1f80;
  if ((r >> 32 & 3) == 0) {
    value = r & 0xffff;
  } else if ((r >> 34 & 3) == 0) {
    value |= r & 0x3f;
  }
  return (r >> 36 & 3) == 0 ? value & ~0x8040 : value;
}

static void put(void *at, uint64_t value) { memcpy(at, &value, 8); }

static void put16(void *at, uint16_t value) { memcpy(at, &value, 2); }

static uint64_t get(const void *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return value;
}

static uint8_t *xmm(int n) { return state.fx + 160 + 16 * n; }

/* Physical x87 register n; FXSAVE stores them from the top of the stack on. */
static uint8_t *x87(int n, int top) { return state.fx + 32 + 16 * ((n - top) & 7); }

/* What AVX adds: upper halves, and random masks for gathers. */
static void draw_upper(char kind, int copied) {
  const int *pool = kinds(kind);
  for (int n = 0; n < 3; n++) {
    int k = pool[next() & 7];
    uint64_t lo = half(k);
    uint64_t hi = half(k);
    uint64_t copy = next() & 15;
    state.upper[n][0] = n > 1 && copy < 2 ? state.upper[1][0] : lo;
    state.upper[n][1] = n > 1 && (copy < 1 || copy == 3) ? state.upper[1][1] : hi;
  }
  if (copied) {
    memcpy(memory + 16, state.upper[1], 16);
  }
  if (kind == 'g') {
    put(xmm(0), next());
    put(xmm(0) + 8, next());
    state.upper[0][0] = next();
    state.upper[0][1] = next();
  }
}

static void draw(char kind, int immediate, int aligned, int wide, int length) {
  const int *pool = kinds(kind);
  memset(state.fx, 0, sizeof state.fx);
  for (int n = 0; n < 3; n++) {
    int k = pool[next() & 7];
    uint64_t lo = half(k);
    uint64_t hi = half(k);
    if (n > 1) {
      uint64_t copy = next() & 15;
      lo = copy < 2 ? get(xmm(1)) : lo;
      hi = copy < 1 || copy == 3 ? get(xmm(1) + 8) : hi;
    }
    put(xmm(n), lo);
    put(xmm(n) + 8, hi);
  }
  int k = pool[next() & 7];
  for (int n = 0; n < 8; n++) {
    put(memory + 8 * n, half(k));
  }
  uint64_t choice = next() & 15;
  uint64_t offset = 0;
  if (choice < 2) {
    memcpy(memory, xmm(1), 16);
  } else if (choice == 2) {
    offset = next() & 15;
  } else if (choice == 3) {
    put(memory, next() & 0xffff);
  }
  offset = aligned ? 0 : offset;
  int top = next() & 7;
  put16(state.fx, 0x37f);
  put16(state.fx + 2, top << 11 | (next() & 0x4700));
  state.fx[4] = next();
  k = pool[next() & 7];
  for (int n = 0; n < 8; n++) {
    put(x87(n, top), half(k));
    put16(x87(n, top) + 8, next());
  }
  uint32_t mxcsr = draw_mxcsr();
  memcpy(state.fx + 24, &mxcsr, 4);
  state.rax = general();
  state.rcx = general();
  state.rdx = general();
  state.rsi = state.rdi = (uint64_t) memory + offset;
  state.flags = 0x202 | (next() & ARITHMETIC);
  if (immediate) {
    instruction[length - 1] = next();
  }
  if (wide) {
    draw_upper(kind, choice < 2);
  }
}

/* ---------------------------------------------------------------- outcome */

static uint64_t digest;
static int verbose;

static void out(const char *name, uint64_t value) {
  if (verbose) {
    printf(" %s=%lx", name, value);
  }
  digest = (digest ^ value) * GOLDEN;
  digest ^= digest >> 32;
}

static void outcome(int wide) {
  static const char *names[] = {"xmm0", "xmm1", "xmm2"};
  for (int n = 0; n < 3; n++) {
    out(names[n], get(xmm(n)));
    out("hi", get(xmm(n) + 8));
  }
  uint64_t fsw = get(state.fx + 2) & 0xffff;
  for (int n = 0; n < 2; n++) {
    uint8_t *r = x87(n, fsw >> 11 & 7);
    out(n == 0 ? "mm0" : "mm1", get(r));
    out("exponent", get(r + 8) & 0xffff);
  }
  out("fsw", fsw);
  out("ftw", state.fx[4]);
  out("mxcsr", get(state.fx + 24) & 0xffffffff);
  out("rax", state.rax);
  out("rcx", state.rcx);
  out("rdx", state.rdx);
  out("flags", state.flags & ARITHMETIC);
  for (int n = 0; n < 4; n++) {
    out("memory", get(memory + 8 * n));
  }
  out("fault", fault);
  if (wide) {
    for (int n = 0; n < 3; n++) {
      out("upper", state.upper[n][0]);
      out("hi", state.upper[n][1]);
    }
    out("memory", get(memory + 32));
    out("memory", get(memory + 40));
  }
  if (verbose) {
    printf("\n");
  }
}

/* ---------------------------------------------------------------- execution */

static uint8_t *emit(uint8_t *p, const char *hex) {
  for (unsigned value; sscanf(hex, "%2x", &value) == 1; hex += 2) {
    *p++ = value;
  }
  return p;
}

/* An instruction with a displacement from r15, which holds the address of the state. */
static uint8_t *field(uint8_t *p, const char *hex, const void *at) {
  p = emit(p, hex);
  uint32_t displacement = (const uint8_t *) at - (const uint8_t *) &state;
  memcpy(p, &displacement, 4);
  return p + 4;
}

static void build(const char *hex, int wide) {
  uint8_t *p = emit(code, "5355415441554156" "4157" "4989ff" "490fae0f"); /* push all; fxrstor */
  p = emit(field(p, "41ffb7", &state.flags), "9d");
  p = field(p, "498b87", &state.rax);
  p = field(p, "498b8f", &state.rcx);
  p = field(p, "498b97", &state.rdx);
  p = field(p, "498bb7", &state.rsi);
  p = field(p, "498bbf", &state.rdi);
  if (wide) { /* vinsertf128 ymm, ymm, [r15 + x], 1 */
    p = emit(field(p, "c4c37d1887", state.upper[0]), "01");
    p = emit(field(p, "c4c375188f", state.upper[1]), "01");
    p = emit(field(p, "c4c36d1897", state.upper[2]), "01");
  }
  instruction = p;
  epilogue = p = emit(p, hex);
  if (wide) { /* vextractf128 [r15 + x], ymm, 1 */
    p = emit(field(p, "c4c37d1987", state.upper[0]), "01");
    p = emit(field(p, "c4c37d198f", state.upper[1]), "01");
    p = emit(field(p, "c4c37d1997", state.upper[2]), "01");
  }
  p = field(p, "498987", &state.rax);
  p = field(p, "49898f", &state.rcx);
  p = field(p, "498997", &state.rdx);
  p = field(emit(p, "9c"), "418f87", &state.flags);
  emit(p, "490fae07" "415f" "415e" "415d" "415c" "5d5bc3"); /* fxsave; pop all; ret */
}

static void run(void) {
  static uint8_t host[512] __attribute__((aligned(64)));
  fault = 0;
  __asm__ volatile("fxsave %0" : "=m"(host));
  ((void (*)(void *)) code)(&state);
  __asm__ volatile("fxrstor %0" : : "m"(host));
}

int main(int argc, char **argv) {
  int cases = argc > 1 ? atoi(argv[1]) : 256;
  int only_line = argc > 3 ? atoi(argv[2]) : -1;
  int only_case = argc > 3 ? atoi(argv[3]) : -1;
  static uint8_t alternate[1 << 16];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = on_fault};
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGFPE, &action, 0);
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGILL, &action, 0);
  code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char line[256];
  for (int number = 0; fgets(line, sizeof line, stdin);) {
    char hex[64], kind, flags[8];
    if (sscanf(line, "%63[^|]|%c|%7[^|]|", hex, &kind, flags) != 3) {
      fputs(line, stdout);
      continue;
    }
    int wide = strchr(flags, 'y') != 0;
    build(hex, wide);
    uint64_t seed = 0xcbf29ce484222325;
    for (char *h = hex; *h; h++) {
      seed = (seed ^ (uint8_t) *h) * 0x100000001b3;
    }
    digest = 0;
    for (int n = 0; n < cases; n++) {
      x = seed + (uint64_t) n * 0xD1342543DE82EF95;
      draw(kind, strchr(flags, 'i') != 0, strchr(flags, 'a') != 0, wide, strlen(hex) / 2);
      uint64_t before = digest;
      verbose = number == only_line && n == only_case;
      if (verbose) {
        fault = 0;
        outcome(wide);
        digest = before;
      }
      run();
      outcome(wide);
    }
    if (only_line < 0) {
      printf("%s|%c|%s|%016lx%s", hex, kind, flags, digest, strrchr(line, '|'));
    }
    number++;
  }
}
