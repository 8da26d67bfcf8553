package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The suite. What one unit of work is stands in the program's source, {@code NAME.c}. */
enum Program {
  INTEGER("integer", "integer"),
  SHA256("sha256", "SHA-256"),
  AES("aes", "AES-NI"),
  ZLIB("zlib", "zlib", "z", "zlib1g-dev"),
  MATMUL("matmul", "matmul"),
  NBODY("nbody", "n-body"),
  SQLITE("sqlite", "sqlite in memory", "sqlite3", "libsqlite3-dev"),
  MEMCPY("memcpy", "memcpy"),
  FIB("fib", "fib"),
  SYSCALL("syscall", "system call"),
  PAGEFAULT("pagefault", "page fault"),
  FORKEXEC("forkexec", "fork + exec"),
  PIPE("pipe", "pipe ping-pong");

  private final String file;
  private final String title;
  private final String library;
  private final String debianPackage;

  Program(String file, String title) {
    this(file, title, "", "");
  }

  Program(String file, String title, String library, String debianPackage) {
    this.file = file;
    this.title = title;
    this.library = library;
    this.debianPackage = debianPackage;
  }

  /** What it is called on the command line and in the guest, and its source without {@code .c}. */
  String file() {
    return file;
  }

  /** What it is called in tables. */
  String title() {
    return title;
  }

  /** The static library that it needs, as the linker calls it; empty for none. */
  String library() {
    return library;
  }

  /** The Debian package that has the library. */
  String debianPackage() {
    return debianPackage;
  }

  /** The programs with these names, in the suite's order; a name that none has is an error. */
  static List<Program> named(List<String> names) {
    List<String> unknown = new ArrayList<>(names);
    List<Program> found =
        Arrays.stream(values()).filter(p -> unknown.removeIf(name -> name.equals(p.file))).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "no program is called "
              + String.join(", ", unknown)
              + "; there are "
              + String.join(", ", Arrays.stream(values()).map(Program::file).toList()));
    }
    return found;
  }
}
