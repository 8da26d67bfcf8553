/* Threads that share memory: atomic operations, locks, conditions and messages, on all processors. */
#define _GNU_SOURCE
#define SEEDED
#include <pthread.h>
#include <sched.h>

#include "program.h"

enum { THREADS = 6, TURNS = 3000, RING = 64 };

static uint64_t counters[4] __attribute__((aligned(64)));
static unsigned __int128 wide __attribute__((aligned(16)));
static uint64_t guarded[32];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static uint64_t ring[RING];
static unsigned written, taken;
static uint64_t stack_head;
static struct {
  uint32_t next;
  uint64_t value;
} stack[THREADS * TURNS + 1];

static void prepare(void) {
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  sched_setaffinity(0, sizeof all, &all);
}

static void add_wide(uint64_t number) {
  uint64_t low = (uint64_t)wide;
  uint64_t high = (uint64_t)(wide >> 64);
  unsigned char done = 0;
  while (!done) {
    unsigned __int128 sum = ((unsigned __int128)high << 64 | low) + ((unsigned __int128)number << 50);
    __asm__ volatile("lock cmpxchg16b %1; sete %0"
                     : "=q"(done), "+m"(wide), "+a"(low), "+d"(high)
                     : "b"((uint64_t)sum), "c"((uint64_t)(sum >> 64))
                     : "cc", "memory");
  }
}

/* A stack without locks; the number of changes in the head's upper half keeps it from being old. */
static void push(uint32_t which, uint64_t value) {
  stack[which].value = value;
  uint64_t head = __atomic_load_n(&stack_head, __ATOMIC_ACQUIRE);
  uint64_t own;
  do {
    stack[which].next = (uint32_t)head;
    own = ((head >> 32) + 1) << 32 | which;
  } while (!__atomic_compare_exchange_n(&stack_head, &head, own, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE));
}

static void *work(void *argument) {
  uint64_t number = (uint64_t)(uintptr_t)argument;
  uint64_t state = seed * 31 + number + 1;
  for (uint32_t i = 0; i < TURNS; i++) {
    uint64_t value = next_number(&state);
    __atomic_fetch_add(&counters[0], value, __ATOMIC_SEQ_CST);
    __atomic_fetch_xor(&counters[1], value, __ATOMIC_RELAXED);
    __atomic_fetch_add((uint32_t *)&counters[2] + (value & 1), (uint32_t)value, __ATOMIC_SEQ_CST);
    add_wide(value);
    push((uint32_t)number * TURNS + i + 1, value);
    if (i % 16 == 0) {
      pthread_mutex_lock(&lock);
      for (int n = 0; n < 32; n++) {
        guarded[n] += value << n;
      }
      while (written - taken == RING) {
        pthread_cond_wait(&room, &lock);
      }
      ring[written++ % RING] = value;
      pthread_cond_signal(&news);
      pthread_mutex_unlock(&lock);
    }
  }
  return NULL;
}

static uint64_t unit(void) {
  pthread_t threads[THREADS];
  for (uintptr_t i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, work, (void *)i) != 0) {
      fail("no thread");
    }
  }
  uint64_t messages = 0;
  for (int i = 0; i < THREADS * ((TURNS + 15) / 16); i++) {
    pthread_mutex_lock(&lock);
    while (written == taken) {
      pthread_cond_wait(&news, &lock);
    }
    messages += ring[taken++ % RING];
    pthread_cond_signal(&room);
    pthread_mutex_unlock(&lock);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  uint64_t sum = messages;
  uint64_t stacked = 0;
  for (uint32_t at = (uint32_t)stack_head; at != 0; at = stack[at].next) {
    stacked += stack[at].value;
  }
  if (stacked != counters[0]) {
    fail("a push has been lost");
  }
  for (int n = 0; n < 32; n++) {
    sum = mix(sum, guarded[n]);
  }
  for (int n = 0; n < 4; n++) {
    sum = mix(sum, counters[n]);
  }
  return mix(mix(sum, (uint64_t)wide), (uint64_t)(wide >> 64));
}
