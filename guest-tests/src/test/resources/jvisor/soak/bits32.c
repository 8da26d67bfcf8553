/*
 * A 32-bit program without a library: x87, strings, decimal arithmetic, instructions that 64-bit
 * code has lost, code in data, processes and signals, by INT 80H.
 */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned char u8;

enum { EXIT = 1, FORK = 2, WRITE = 4, WAITPID = 7, MPROTECT = 125, SIGACTION = 174 };
enum { WORDS = 1 << 12, SIGFPE = 8, SIGSEGV = 11, SIGTRAP = 5, RESTORER = 0x04000000 };

static u64 seed;
static u32 words[WORDS];
static u8 bytes[1 << 14];
static u8 others[1 << 14];
static volatile u32 caught;

static u32 system(u32 number, u32 a, u32 b, u32 c, u32 d) {
  u32 result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d)
                   : "memory", "cc");
  return result;
}

static void say(const char *text) {
  u32 length = 0;
  while (text[length] != 0) {
    length++;
  }
  system(WRITE, 1, (u32)text, length, 0);
}

static void fail(const char *why) {
  say("@failed ");
  say(why);
  say("\n");
  system(EXIT, 1, 0, 0, 0);
}

static u32 next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (u32)(seed >> 24);
}

static u64 mix(u64 sum, u64 value) {
  return (sum ^ value) * 0x100000001b3ULL;
}

/* ------------------------------------------------------------------ reckoning */
static void sort(int from, int to) {
  while (from < to) {
    u32 middle = words[(from + to) / 2];
    int i = from;
    int j = to;
    while (i <= j) {
      while (words[i] < middle) i++;
      while (words[j] > middle) j--;
      if (i <= j) {
        u32 word = words[i];
        words[i++] = words[j];
        words[j--] = word;
      }
    }
    sort(from, j);
    from = i;
  }
}

static u64 sorting(u64 sum) {
  for (int i = 0; i < WORDS; i++) {
    words[i] = next();
  }
  sort(0, WORDS - 1);
  for (int i = 1; i < WORDS; i++) {
    if (words[i - 1] > words[i]) {
      fail("what has been sorted is not");
    }
    sum = mix(sum, words[i]);
  }
  return sum;
}

/* Exact and rounded arithmetic of the x87, with its stack, constants and comparisons. */
static u64 reals(u64 sum) {
  long double x = 1;
  double y = 0.5;
  float z = 0.25f;
  for (int i = 1; i < 3000; i++) {
    u32 n = next();
    x = x * 0.75L + (long double)n / (i + 1);
    y = y / 3 + x;
    z = z - (float)y * 0.001f;
    if (x > 1e6L || y < z) {
      x = -x / 7;
    }
    long double root;
    __asm__("fabs\n fsqrt\n fldpi\n faddp" : "=t"(root) : "0"(x));
    y += root;
    u32 whole = 0;
    u64 decimal[2] = {0};
    __asm__ volatile("fld %%st(0)\n frndint\n fistpl %0" : "=m"(whole) : "t"(root));
    __asm__ volatile("fld %%st(0)\n fbstp %0" : "=m"(decimal) : "t"(root));
    sum = mix(mix(sum, whole), decimal[0]);
  }
  union {
    double real;
    u64 bits;
  } last = {y};
  return mix(sum, last.bits);
}

static u64 strings(u64 sum) {
  for (u32 i = 0; i < sizeof bytes; i++) {
    bytes[i] = (u8)next();
  }
  for (int i = 0; i < 60; i++) {
    u32 length = next() % 3000;
    const void *from = bytes + next() % 9000;
    void *to = others + next() % 9000;
    u32 count = length / 4;
    __asm__ volatile("rep movsl" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
    const void *a = bytes + next() % 9000;
    const void *b = others + next() % 9000;
    count = length;
    __asm__ volatile("repe cmpsb" : "+S"(a), "+D"(b), "+c"(count) : : "memory", "cc");
    sum = mix(sum, count);
    count = length;
    b = others + next() % 9000;
    __asm__ volatile("repne scasb" : "+D"(b), "+c"(count) : "a"(length) : "memory", "cc");
    sum = mix(sum, count);
    /* Overlapping, and downwards. */
    count = length;
    from = bytes + 5000;
    to = bytes + 5003;
    __asm__ volatile("std\n rep movsb\n cld" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
    count = length;
    to = others + next() % 9000;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(i) : "memory");
  }
  for (u32 i = 0; i < sizeof bytes; i++) {
    sum = mix(sum, bytes[i] << 8 | others[i]);
  }
  return sum;
}

/* Instructions that only code like this has. */
static u64 old(u64 sum) {
  for (int i = 0; i < 2000; i++) {
    u32 a = next();
    u32 b = next();
    u32 first;
    u32 second;
    __asm__("addb %h0, %b0\n daa\n mov %0, %1\n aam $10\n aad $7\n"
            : "=a"(first), "=&c"(second)
            : "0"(a & 0x0f0f)
            : "cc");
    sum = mix(sum, (u64)first << 32 | second);
    __asm__("pushal\n imull $3, (%%esp), %%eax\n xorl %%eax, 16(%%esp)\n popal"
            : "+b"(b)
            : "a"(a)
            : "cc", "memory");
    __asm__("push %%es\n push %%ds\n pop %%es\n mov %%es:(%1), %0\n pop %%es"
            : "=r"(first)
            : "r"(&words[a % WORDS])
            : "memory");
    __asm__("clc\n 1: rcll $3, %0\n adcl %3, %0\n shrdl $5, %0, %1\n loop 1b"
            : "+r"(first), "+r"(b), "=&c"(second)
            : "r"(a), "2"(1 + a % 9)
            : "cc");
    sum = mix(sum, (u64)first << 32 | b);
    u64 wide = sum;
    __asm__ volatile("lock cmpxchg8b %0\n setz %b1"
                     : "+m"(wide), "=q"(second)
                     : "A"(i % 3 == 0 ? sum : sum + 1), "b"(a), "c"(b)
                     : "cc", "memory");
    sum = mix(sum, wide);
    __asm__("enter $24, $0\n mov %%ebp, %0\n sub %%esp, %0\n leave" : "=a"(first) : : "memory");
    sum = mix(sum, first);
  }
  return sum;
}

/* Functions in data: each adds a constant, which is changed again and again. */
static u64 code(u64 sum) {
  static u8 page[8192] __attribute__((aligned(4096)));
  system(MPROTECT, (u32)page, sizeof page, 7, 0);
  for (int i = 0; i < 300; i++) {
    u32 at = 4096 - 8 + next() % 16;
    u32 constant = next();
    page[at] = 0x05; /* add eax, constant */
    *(volatile u32 *)(page + at + 1) = constant;
    page[at + 5] = 0x48; /* dec eax */
    page[at + 6] = 0xc3; /* ret */
    u32 a = (u32)sum;
    __asm__ volatile("call *%1" : "+a"(a) : "r"(page + at) : "memory", "cc");
    if (a != (u32)sum + constant - 1) {
      fail("new code did something else");
    }
    sum = mix(sum, a);
  }
  return sum;
}

/* ------------------------------------------------------------------ signals and processes */
struct frame {
  u32 gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trap, error, eip;
};

static void handler(int signal, void *info, char *context) {
  (void)info;
  struct frame *frame = (struct frame *)(context + 20);
  caught = caught * 31 + (u32)signal * 256 + frame->trap;
  frame->eax = 1234;
  if (signal != SIGTRAP) {
    frame->eip += 2;
  }
}

__attribute__((naked)) static void restore(void) {
  __asm__("mov $173, %eax\n int $0x80");
}

static u64 faults(u64 sum) {
  u32 action[5] = {(u32)handler, 4 | RESTORER, (u32)restore, 0, 0};
  system(SIGACTION, SIGFPE, (u32)action, 0, 8);
  system(SIGACTION, SIGSEGV, (u32)action, 0, 8);
  system(SIGACTION, SIGTRAP, (u32)action, 0, 8);
  for (int i = 0; i < 60; i++) {
    u32 a = next();
    __asm__ volatile("xor %%edx, %%edx\n div %%ecx" : "+a"(a) : "c"(a % 3) : "edx", "cc");
    sum = mix(sum, a);
    __asm__ volatile("mov (%%ecx), %%eax" : "=a"(a) : "c"(a % 4000));
    sum = mix(sum, a);
    __asm__ volatile("int3" : "=a"(a));
    sum = mix(sum, a);
    __asm__ volatile("movb $0x7f, %%al\n addb $1, %%al\n into" : "=a"(a) : : "cc");
    sum = mix(sum, a);
  }
  return mix(sum, caught);
}

static u64 processes(u64 sum) {
  for (int i = 0; i < 8; i++) {
    u32 child = system(FORK, 0, 0, 0, 0);
    if (child == 0) {
      system(EXIT, (u32)sorting(seed + (u64)i) & 127, 0, 0, 0);
    }
    u32 status = 0;
    if (system(WAITPID, child, (u32)&status, 0, 0) != child) {
      fail("a child has been lost");
    }
    sum = mix(sum, status);
  }
  return sum;
}

__attribute__((used)) static void run(const u32 *stack) {
  const char *text = stack[0] == 2 ? (const char *)stack[2] : "0";
  for (; *text >= '0' && *text <= '9'; text++) {
    seed = seed * 10 + (u64)(*text - '0');
  }
  if (seed == 0) {
    fail("with which seed?");
  }
  say("@start\n");
  u64 sum = seed;
  sum = sorting(sum);
  sum = reals(sum);
  sum = strings(sum);
  sum = old(sum);
  sum = code(sum);
  sum = faults(sum);
  sum = processes(sum);
  say("@end\n@sum ");
  char line[18];
  for (int i = 0; i < 16; i++) {
    line[i] = "0123456789abcdef"[sum >> (60 - 4 * i) & 15];
  }
  line[16] = '\n';
  line[17] = 0;
  say(line);
  system(EXIT, 0, 0, 0, 0);
}

__attribute__((naked, used)) void _start(void) {
  __asm__("mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call run");
}
