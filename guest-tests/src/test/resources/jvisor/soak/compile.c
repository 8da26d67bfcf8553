/*
 * A compiler at work: makes up a program, reads its text, builds trees, folds constants, compiles
 * them to code for a stack machine and runs that.
 */
#define SEEDED
#include "program.h"

enum { FUNCTIONS = 40, TEXT = 1 << 18, NODES = 1 << 17, CODE = 1 << 18, FUEL = 600000 };

static char text[TEXT];
static size_t length;

/* ------------------------------------------------------------------ the text */
static void put(const char *words) {
  size_t size = strlen(words);
  if (length + size + 1 > TEXT) {
    fail("the text is too long");
  }
  memcpy(text + length, words, size + 1);
  length += size;
}

static unsigned choose(unsigned count) {
  return (unsigned)(next_number(&seed) >> 33) % count;
}

static void make_value(int function, int depth) {
  static const char *const operators[] = {"+", "-", "*", "/", "%", "&", "|", "^", "<", "=", "<<"};
  char word[40];
  unsigned kind = depth == 0 ? choose(2) : choose(6);
  if (kind == 0) {
    snprintf(word, sizeof word, "%u", choose(10) == 0 ? choose(1u << 30) : choose(100));
    put(word);
  } else if (kind == 1) {
    snprintf(word, sizeof word, "v%u", choose(6));
    put(word);
  } else if (kind == 2 && function > 0) {
    snprintf(word, sizeof word, "f%u(", choose((unsigned)function));
    put(word);
    make_value(function, depth - 1);
    put(",");
    make_value(function, depth - 1);
    put(")");
  } else {
    put("(");
    make_value(function, depth - 1);
    put(operators[choose(11)]);
    make_value(function, depth - 1);
    put(")");
  }
}

static void make_statements(int function, int depth) {
  char word[40];
  for (unsigned n = 2 + choose(4); n > 0; n--) {
    unsigned kind = depth == 0 ? 0 : choose(4);
    if (kind == 1) {
      put("if ");
      make_value(function, 2);
      put(" {\n");
      make_statements(function, depth - 1);
      put("} else {\n");
      make_statements(function, depth - 1);
      put("}\n");
    } else if (kind == 2) {
      snprintf(word, sizeof word, "repeat %u {\n", 1 + choose(9));
      put(word);
      make_statements(function, depth - 1);
      put("}\n");
    } else {
      snprintf(word, sizeof word, "v%u = ", choose(6));
      put(word);
      make_value(function, 3);
      put(";\n");
    }
  }
}

static void prepare(void) {
  char word[40];
  for (int function = 0; function < FUNCTIONS; function++) {
    snprintf(word, sizeof word, "function f%d {\n", function);
    put(word);
    make_statements(function, 3);
    put("return ");
    make_value(function, 3);
    put(";\n}\n");
  }
}

/* ------------------------------------------------------------------ words of the text */
enum word { END, NUMBER, NAME, SIGN };

static const char *at;
static enum word word;
static int64_t number;
static char name[16];

static void next(void) {
  while (*at == ' ' || *at == '\n') {
    at++;
  }
  size_t size = 0;
  if (*at == 0) {
    word = END;
  } else if (*at >= '0' && *at <= '9') {
    word = NUMBER;
    for (number = 0; *at >= '0' && *at <= '9'; at++) {
      number = number * 10 + (*at - '0');
    }
  } else if (*at >= 'a' && *at <= 'z') {
    word = NAME;
    while (((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9')) && size < 15) {
      name[size++] = *at++;
    }
    name[size] = 0;
  } else {
    word = SIGN;
    name[0] = *at++;
    name[1] = 0;
    if (name[0] == '<' && *at == '<') {
      name[0] = 's';
      at++;
    }
  }
}

static void expect(const char *what) {
  if (word == END || word == NUMBER || strcmp(name, what) != 0) {
    fail("the text has an error");
  }
  next();
}

static int is(const char *what) {
  return (word == NAME || word == SIGN) && strcmp(name, what) == 0;
}

/* ------------------------------------------------------------------ trees */
struct node {
  char kind;
  int64_t value;
  struct node *a, *b;
};

static struct node *nodes;
static size_t count;

static struct node *node(char kind, int64_t value, struct node *a, struct node *b) {
  if (count == NODES) {
    fail("too many nodes");
  }
  struct node *n = &nodes[count++];
  *n = (struct node){kind, value, a, b};
  return n;
}

static int64_t operate(char operator, int64_t a, int64_t b) {
  switch (operator) {
    case '+': return (int64_t)((uint64_t)a + (uint64_t)b);
    case '-': return (int64_t)((uint64_t)a - (uint64_t)b);
    case '*': return (int64_t)((uint64_t)a * (uint64_t)b);
    case '/': return b == 0 || b == -1 ? a : a / b;
    case '%': return b == 0 || b == -1 ? 0 : a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<': return a < b;
    case '=': return a == b;
    default: return (int64_t)((uint64_t)a << (b & 63));
  }
}

static struct node *value(void) {
  if (word == NUMBER) {
    struct node *n = node('n', number, NULL, NULL);
    next();
    return n;
  }
  if (word == NAME) {
    char kind = name[0];
    int64_t which = strtol(name + 1, NULL, 10);
    next();
    if (kind == 'v') {
      return node('v', which, NULL, NULL);
    }
    expect("(");
    struct node *a = value();
    expect(",");
    struct node *b = value();
    expect(")");
    return node('f', which, a, b);
  }
  expect("(");
  struct node *a = value();
  char operator = name[0];
  next();
  struct node *b = value();
  expect(")");
  if (a->kind == 'n' && b->kind == 'n') {
    return node('n', operate(operator, a->value, b->value), NULL, NULL);
  }
  return node(operator, 0, a, b);
}

/* ------------------------------------------------------------------ code */
static int64_t code[CODE];
static size_t size;
static size_t functions[FUNCTIONS];

static size_t emit(int64_t what) {
  if (size == CODE) {
    fail("too much code");
  }
  code[size] = what;
  return size++;
}

static void compile_value(const struct node *n) {
  if (n->a != NULL) {
    compile_value(n->a);
    compile_value(n->b);
  }
  emit(n->kind);
  if (n->a == NULL || n->kind == 'f') {
    emit(n->value);
  }
}

static void compile_statements(void);

static void compile_statement(void) {
  if (is("if")) {
    next();
    compile_value(value());
    emit('?');
    size_t no = emit(0);
    compile_statements();
    expect("else");
    emit('j');
    size_t end = emit(0);
    code[no] = (int64_t)size;
    compile_statements();
    code[end] = (int64_t)size;
  } else if (is("repeat")) {
    next();
    compile_value(value());
    size_t again = size;
    compile_statements();
    emit('r');
    emit((int64_t)again);
  } else {
    int64_t which = strtol(name + 1, NULL, 10);
    next();
    expect("=");
    compile_value(value());
    expect(";");
    emit(':');
    emit(which);
  }
}

static void compile_statements(void) {
  expect("{");
  while (!is("}")) {
    compile_statement();
  }
  next();
}

static void compile(void) {
  at = text;
  next();
  for (int function = 0; function < FUNCTIONS; function++) {
    expect("function");
    next();
    expect("{");
    functions[function] = size;
    while (!is("return")) {
      compile_statement();
    }
    next();
    compile_value(value());
    emit('.');
    expect(";");
    expect("}");
  }
}

/* ------------------------------------------------------------------ the machine */
static int fuel;

static int64_t call(int function, int64_t a, int64_t b) {
  int64_t stack[200];
  int64_t v[6] = {a, b, 1, 2, 3, 4};
  int64_t *top = stack;
  for (size_t pc = functions[function]; fuel > 0 && top < stack + 190; fuel--) {
    int64_t operator= code[pc++];
    switch (operator) {
      case 'n': *top++ = code[pc++]; break;
      case 'v': *top++ = v[code[pc++]]; break;
      case ':': v[code[pc++]] = *--top; break;
      case 'j': pc = (size_t)code[pc]; break;
      case '?':
        pc = *--top == 0 ? (size_t)code[pc] : pc + 1;
        break;
      case 'r':
        if (--top[-1] > 0) {
          pc = (size_t)code[pc];
        } else {
          pc++;
          top--;
        }
        break;
      case 'f':
        top -= 2;
        top[0] = call((int)code[pc++], top[0], top[1]);
        top++;
        break;
      case '.': return *--top;
      default:
        top--;
        top[-1] = operate((char)operator, top[-1], top[0]);
    }
  }
  return fuel;
}

static uint64_t unit(void) {
  uint64_t sum = 0;
  nodes = malloc(NODES * sizeof *nodes);
  if (nodes == NULL) {
    fail("no memory");
  }
  compile();
  for (size_t i = 0; i < size; i++) {
    sum = mix(sum, (uint64_t)code[i]);
  }
  for (int function = 0; function < FUNCTIONS; function++) {
    fuel = FUEL / FUNCTIONS * 4;
    sum = mix(sum, (uint64_t)call(function, function, 7));
  }
  free(nodes);
  return sum;
}
