/*
 * What everyday programs do with integers: walk, search, sort and reverse a linked list, multiply
 * small matrices, run a state machine over text, and a CRC over all that comes out.
 */
#include "program.h"

enum { NODES = 400, SIDE = 24, TEXT = 2000, ROUNDS = 20 };

struct node {
  struct node *next;
  int16_t key, value;
};

static struct node nodes[NODES];
static int16_t left[SIDE][SIDE], right[SIDE][SIDE];
static int32_t product[SIDE][SIDE];
static char text[TEXT];

static uint16_t crc16(uint16_t crc, uint32_t value) {
  for (int bit = 0; bit < 32; bit++) {
    int carry = (crc ^ value) & 1;
    crc >>= 1;
    value >>= 1;
    if (carry) {
      crc ^= 0xa001;
    }
  }
  return crc;
}

static struct node *build(uint64_t seed) {
  struct node *head = NULL;
  for (int i = 0; i < NODES; i++) {
    uint64_t number = next_number(&seed);
    nodes[i].key = (int16_t)(number & 0x7fff);
    nodes[i].value = (int16_t)(number >> 40);
    nodes[i].next = head;
    head = &nodes[i];
  }
  return head;
}

static struct node *reverse(struct node *head) {
  struct node *done = NULL;
  while (head != NULL) {
    struct node *next = head->next;
    head->next = done;
    done = head;
    head = next;
  }
  return done;
}

static struct node *merge(struct node *a, struct node *b) {
  struct node first, *last = &first;
  while (a != NULL && b != NULL) {
    struct node **smaller = a->key <= b->key ? &a : &b;
    last->next = *smaller;
    last = *smaller;
    *smaller = last->next;
  }
  last->next = a != NULL ? a : b;
  return first.next;
}

static struct node *sort(struct node *head) {
  if (head == NULL || head->next == NULL) {
    return head;
  }
  struct node *half = head;
  for (struct node *end = head->next; end != NULL && end->next != NULL; end = end->next->next) {
    half = half->next;
  }
  struct node *second = half->next;
  half->next = NULL;
  return merge(sort(head), sort(second));
}

static uint16_t lists(uint64_t seed, uint16_t crc) {
  struct node *head = sort(reverse(build(seed)));
  int found = 0;
  for (int16_t wanted = 0; wanted < 64; wanted++) {
    const struct node *n = head;
    while (n != NULL && (n->value & 63) != wanted) {
      n = n->next;
    }
    found += n != NULL ? n->key : 1;
  }
  return crc16(crc, (uint32_t)found);
}

static uint16_t matrices(uint64_t seed, uint16_t crc) {
  int32_t trace = 0;
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      left[i][j] = (int16_t)next_number(&seed);
      right[i][j] = (int16_t)next_number(&seed);
    }
  }
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      uint32_t sum = 0;
      for (int k = 0; k < SIDE; k++) {
        sum += (uint32_t)(left[i][k] * right[k][j]) >> 3;
      }
      product[i][j] = (int32_t)sum;
    }
    trace += product[i][i] & 0xffff;
  }
  return crc16(crc, (uint32_t)trace);
}

enum state { BLANK, SIGN, DIGITS, FRACTION, EXPONENT, POWER, WRONG, STATES };

static enum state step(enum state now, char c) {
  if (c == ',') {
    return BLANK;
  }
  int digit = c >= '0' && c <= '9';
  switch (now) {
    case BLANK:
      return digit ? DIGITS : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : WRONG;
    case SIGN:
      return digit ? DIGITS : c == '.' ? FRACTION : WRONG;
    case DIGITS:
      return digit ? DIGITS : c == '.' ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case FRACTION:
      return digit ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case EXPONENT:
      return digit || c == '-' ? POWER : WRONG;
    case POWER:
      return digit ? POWER : WRONG;
    default:
      return WRONG;
  }
}

static uint16_t numbers(uint16_t crc) {
  uint32_t seen[STATES] = {0};
  enum state now = BLANK;
  for (int i = 0; i < TEXT; i++) {
    now = step(now, text[i]);
    seen[now]++;
  }
  for (int i = 0; i < STATES; i++) {
    crc = crc16(crc, seen[i]);
  }
  return crc;
}

static void prepare(void) {
  static const char letters[] = "0123456789,.e-+,35,7";
  uint64_t seed = 4711;
  for (int i = 0; i < TEXT; i++) {
    text[i] = letters[(next_number(&seed) >> 20) % (sizeof letters - 1)];
  }
}

static uint64_t unit(void) {
  uint16_t crc = 0;
  uint64_t sum = 0;
  for (int round = 1; round <= ROUNDS; round++) {
    crc = lists((uint64_t)round * 7919, crc);
    crc = matrices((uint64_t)round * 104729, crc);
    crc = numbers(crc);
    sum = mix(sum, crc);
  }
  return sum;
}
