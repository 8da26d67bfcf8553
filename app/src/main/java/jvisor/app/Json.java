package jvisor.app;

import java.io.PrintStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON, for scripts. */
final class Json {
  private Json() {}

  /** Prints {@code value}, a record or a collection of records, indented. */
  static void print(Object value, PrintStream out) {
    out.println(text(value));
  }

  /** The lines of {@code value}, a record or a collection of records, indented. */
  static String text(Object value) {
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(value);
  }
}
