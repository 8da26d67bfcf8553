/*
 * Code that makes code: functions of random instructions, which are written, run, changed while
 * they run, moved, and mapped a second time, as translators for other languages do. What comes out
 * is also reckoned without them.
 */
#define _GNU_SOURCE
#define SEEDED
#include <sys/mman.h>

#include "program.h"

enum { PAGE = 4096, PAGES = 4, STEPS = 24, ROUNDS = 60 };

typedef uint64_t (*function)(uint64_t, uint64_t *);

static unsigned char *writable;
static unsigned char *executable;
static uint64_t table[64];

static void prepare(void) {
  int file = memfd_create("code", 0);
  size_t size = PAGES * PAGE;
  if (file < 0 || ftruncate(file, (off_t)size) != 0) {
    fail("no memory for code");
  }
  writable = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  executable = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
  if (writable == MAP_FAILED || executable == MAP_FAILED) {
    fail("no mapping of code");
  }
}

/* ------------------------------------------------------------------ a function of steps */
struct step {
  unsigned kind;
  uint32_t constant;
};

static unsigned char *put(unsigned char *at, const char *bytes, size_t count) {
  memcpy(at, bytes, count);
  return at + count;
}

static unsigned char *put_constant(unsigned char *at, uint32_t constant) {
  memcpy(at, &constant, sizeof constant);
  return at + sizeof constant;
}

/* RDI is the value, RSI the table; where the constants stand goes to places. */
static unsigned char *write_code(unsigned char *at, const struct step *steps,
                                 unsigned char *places[]) {
  at = put(at, "\x48\x89\xf8", 3); /* mov rax, rdi */
  for (int i = 0; i < STEPS; i++) {
    switch (steps[i].kind) {
      case 0: at = put(at, "\x48\x05", 2); break;         /* add rax, constant */
      case 1: at = put(at, "\x48\x35", 2); break;         /* xor rax, constant */
      case 2: at = put(at, "\x48\x69\xc0", 3); break;     /* imul rax, rax, constant */
      case 3: at = put(at, "\x48\xc1\xc8\x07\x48\x2d", 6); break; /* ror rax, 7; sub rax, … */
      case 4: /* mov edx, eax; and edx, 63; add rax, [rsi+8*rdx]; or ecx, constant */
        at = put(at, "\x89\xc2\x83\xe2\x3f\x48\x03\x04\xd6\x81\xc9", 11);
        break;
      default: /* test al, 1; jz over; not rax; over: add [rsi], rax; xor rax, constant */
        at = put(at, "\xa8\x01\x74\x03\x48\xf7\xd0\x48\x01\x06\x48\x35", 12);
    }
    places[i] = at;
    at = put_constant(at, steps[i].constant);
  }
  return put(at, "\xc3", 1);
}

static uint64_t reckon(const struct step *steps, uint64_t value, uint64_t *numbers) {
  for (int i = 0; i < STEPS; i++) {
    uint64_t constant = (uint64_t)(int64_t)(int32_t)steps[i].constant;
    switch (steps[i].kind) {
      case 0: value += constant; break;
      case 1: value ^= constant; break;
      case 2: value *= constant; break;
      case 3: value = (value >> 7 | value << 57) - constant; break;
      case 4: value += numbers[value & 63]; break;
      default:
        value = value & 1 ? ~value : value;
        numbers[0] += value;
        value ^= constant;
    }
  }
  return value;
}

static uint64_t changing_functions(uint64_t sum) {
  uint64_t numbers[64];
  struct step steps[STEPS];
  unsigned char *places[STEPS];
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < STEPS; i++) {
      steps[i] = (struct step){(unsigned)(next_number(&seed) >> 40) % 6,
                               (uint32_t)next_number(&seed)};
    }
    size_t place = next_number(&seed) % (PAGES * PAGE - 600);
    write_code(writable + place, steps, places);
    function run = (function)(executable + place);
    fill(table, sizeof table, seed);
    memcpy(numbers, table, sizeof table);
    for (int change = 0; change < 40; change++) {
      for (int i = 0; i < 5; i++) {
        uint64_t should = reckon(steps, sum, numbers);
        sum = run(sum, table);
        if (sum != should) {
          fail("new code did something else");
        }
      }
      unsigned which = (unsigned)(next_number(&seed) >> 40) % STEPS;
      steps[which].constant = (uint32_t)next_number(&seed);
      put_constant(places[which], steps[which].constant);
    }
    if (memcmp(numbers, table, sizeof table) != 0) {
      fail("new code stored something else");
    }
  }
  return sum;
}

/* ------------------------------------------------------------------ code that changes itself */
/* A loop that adds a constant in its own body, which it increases in each turn. */
static uint64_t own_changes(uint64_t sum) {
  static const char loop[] =
      "\x31\xc0"                 /* xor eax, eax */
      "\x05\x01\x00\x00\x00"     /* again: add eax, 1 */
      "\x83\x05\xf5\xff\xff\xff" /* add dword [rip-11], */
      "\x03"                     /* 3: the constant of ADD */
      "\xff\xcf"                 /* dec edi */
      "\x75\xf0"                 /* jnz again */
      "\xc3";
  unsigned char *code =
      mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) {
    fail("no memory for code");
  }
  for (int start = PAGE - 20; start <= PAGE + 4; start++) {
    memcpy(code + start, loop, sizeof loop - 1);
    uint32_t turns = 20 + (uint32_t)(next_number(&seed) >> 40) % 50;
    uint32_t should = turns + 3 * turns * (turns - 1) / 2;
    uint32_t is = (uint32_t)((function)(code + start))(turns, table);
    if (is != should) {
      fail("code that changes itself went on with what it was");
    }
    sum = mix(sum, is);
  }
  munmap(code, 2 * PAGE);
  return sum;
}

/* Pages that are written, then executed, by turns, at the same address. */
static uint64_t permissions(uint64_t sum) {
  struct step steps[STEPS];
  unsigned char *places[STEPS];
  unsigned char *code =
      mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int round = 0; round < 30; round++) {
    for (int i = 0; i < STEPS; i++) {
      steps[i] = (struct step){(unsigned)(next_number(&seed) >> 40) % 4,
                               (uint32_t)next_number(&seed)};
    }
    write_code(code, steps, places);
    mprotect(code, PAGE, PROT_READ | PROT_EXEC);
    for (int i = 0; i < 40; i++) {
      uint64_t should = reckon(steps, sum, table);
      sum = ((function)code)(sum, table);
      if (sum != should) {
        fail("a page ran as what it had been");
      }
    }
    if (round % 7 == 6) {
      munmap(code, PAGE);
      mmap(code, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    } else {
      mprotect(code, PAGE, PROT_READ | PROT_WRITE);
    }
  }
  munmap(code, PAGE);
  return sum;
}

static uint64_t unit(void) {
  uint64_t sum = seed;
  sum = changing_functions(sum);
  sum = own_changes(sum);
  return permissions(sum);
}
