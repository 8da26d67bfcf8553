/* A database in memory: tables, an index, 2,000 rows, then queries, updates and deletions. */
#include "program.h"
#include <sqlite3.h>

enum { ROWS = 2000 };

static sqlite3 *database;

static void check(int result, int wanted) {
  if (result != wanted) {
    fail(database == NULL ? "no database" : sqlite3_errmsg(database));
  }
}

static void execute(const char *statement) {
  check(sqlite3_exec(database, statement, NULL, NULL, NULL), SQLITE_OK);
}

static uint64_t ask(uint64_t sum, const char *query) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(database, query, -1, &statement, NULL), SQLITE_OK);
  int result;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      sum = mix(sum, (uint64_t)sqlite3_column_int64(statement, i));
    }
  }
  check(result, SQLITE_DONE);
  check(sqlite3_finalize(statement), SQLITE_OK);
  return sum;
}

static void insert(void) {
  sqlite3_stmt *statement;
  uint64_t seed = 23;
  check(sqlite3_prepare_v2(database, "insert into item values (?, ?, ?)", -1, &statement, NULL),
        SQLITE_OK);
  for (int i = 0; i < ROWS; i++) {
    char name[24];
    uint64_t number = next_number(&seed) >> 20;
    snprintf(name, sizeof name, "item-%u", (unsigned)(number % 997));
    sqlite3_bind_int(statement, 1, i);
    sqlite3_bind_text(statement, 2, name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)(number >> 16 & 0xffff));
    check(sqlite3_step(statement), SQLITE_DONE);
    check(sqlite3_reset(statement), SQLITE_OK);
  }
  check(sqlite3_finalize(statement), SQLITE_OK);
}

static void prepare(void) {}

static uint64_t unit(void) {
  check(sqlite3_open(":memory:", &database), SQLITE_OK);
  execute("create table item (id integer primary key, name text, price integer)");
  execute("create index by_name on item (name)");
  execute("begin");
  insert();
  execute("commit");
  uint64_t sum = ask(0, "select count(*), sum(price), max(length(name)) from item");
  sum = ask(sum, "select name, count(*), sum(price) from item group by name having count(*) > 3");
  sum = ask(sum,
            "select a.id, b.id from item a join item b on a.name = b.name"
            " where a.id < 300 and b.id > a.id order by a.price, b.price, a.id, b.id");
  execute("update item set price = price + 1 where id % 3 = 0");
  execute("delete from item where name like 'item-1%'");
  sum = ask(sum, "select id, price from item where price > 60000 order by price desc, id");
  check(sqlite3_close(database), SQLITE_OK);
  return sum;
}
