package jvisor.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads scenes from a sheet of text.
 *
 * <pre>
 * ## long                         the mode of the scenes that follow, and perhaps a model
 * # a load of {what} faults       a scene begins with its title
 *   bad: mov eax, [{address}]     its program
 * =&gt; {event} at bad               what is expected, a line each
 * | what | address  | event   |   the scene is played once for each row below the header;
 * | page | 0x123000 | #PF(0)  |   in a cell " / " separates lines
 * </pre>
 */
final class Sheet {
  private final List<Scene> scenes = new ArrayList<>();
  private Mode mode = Mode.LONG;
  private String model = "default";
  private @Nullable String title;
  private final List<String> program = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  private Sheet() {}

  /** The scenes of the sheet {@code name}. */
  static List<Scene> read(String name) {
    try (InputStream in = Sheet.class.getResourceAsStream(name + ".txt")) {
      if (in == null) {
        throw new IllegalArgumentException("no sheet " + name);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The scenes of {@code text}. */
  static List<Scene> parse(String text) {
    Sheet sheet = new Sheet();
    text.lines().forEach(sheet::line);
    sheet.finish();
    return sheet.scenes;
  }

  private void line(String line) {
    String text = line.strip();
    if (text.startsWith("## ")) {
      finish();
      String[] words = text.substring(3).split(" ");
      mode = Mode.valueOf(words[0].toUpperCase(Locale.ROOT));
      model = words.length > 1 ? words[1] : "default";
    } else if (text.startsWith("# ")) {
      finish();
      title = text.substring(2);
    } else if (text.startsWith("=> ")) {
      expected.add(text.substring(3).strip());
    } else if (text.startsWith("|")) {
      rows.add(text.substring(1).split("\\|"));
    } else if (!text.isEmpty()) {
      program.add(text);
    }
  }

  private void finish() {
    if (title != null) {
      if (expected.isEmpty()) {
        throw new IllegalArgumentException("nothing expected: " + title);
      }
      if (rows.isEmpty()) {
        add(new String[0], new String[0]);
      }
      for (String[] row : rows.subList(Math.min(1, rows.size()), rows.size())) {
        add(rows.getFirst(), row);
      }
    }
    title = null;
    program.clear();
    expected.clear();
    rows.clear();
  }

  private void add(String[] names, String[] values) {
    if (values.length < names.length) {
      throw new IllegalArgumentException("too few cells: " + title + " " + List.of(values));
    }
    String name = String.valueOf(title);
    String text = String.join("\n", program);
    String end = String.join("\n", expected);
    for (int n = 0; n < names.length; n++) {
      String hole = "{" + names[n].strip() + "}";
      String value = values[n].strip();
      name = name.replace(hole, value);
      text = text.replace(hole, value.replace(" / ", "\n"));
      end = end.replace(hole, value.replace(" / ", "\n"));
    }
    List<String> lines = end.lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
    scenes.add(new Scene(name, mode, model, text, lines));
  }
}
