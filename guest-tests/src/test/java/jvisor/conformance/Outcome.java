package jvisor.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import jvisor.cpu.state.Segment;
import jvisor.cpu.vcpu.Vcpu;

/**
 * What became of a scene, in the words in which its sheet expects it. Events, in order:
 *
 * <pre>#PF(7) at label cr2=0x1000 rf=1 cpl=3</pre>
 *
 * with any of {@code cs ss rsp cr2 dr6 frame cpl vm rf tf if nt ac}; {@code dr6} is without its
 * fixed bits, {@code frame} the handler's stack pointer less the error code. Then {@code none} for
 * no event at all, {@code shutdown}, {@code running}, and facts at the end: {@code eax = 5}, {@code
 * dword [data+4] = label}.
 */
final class Outcome {
  private static final String[] EXCEPTIONS = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "int9", "#TS", "#NP", "#SS",
    "#GP", "#PF", "int15", "#MF", "#AC", "#MC", "#XM"
  };
  private static final List<String> FLAGS =
      List.of(
          "cf=0", "pf=2", "af=4", "zf=6", "sf=7", "tf=8", "if=9", "df=10", "of=11", "iopl=12",
          "nt=14", "rf=16", "vm=17", "ac=18", "vif=19", "vip=20", "id=21");
  private static final List<String> REGISTERS =
      List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di");
  private static final List<String> SEGMENTS = List.of("es", "cs", "ss", "ds", "fs", "gs");
  private static final long DR6_BITS = 0xe00f;

  private final Bench bench;
  private final Mode mode;
  private final ToLongFunction<String> value;
  private final List<String> events = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private final List<String> actual = new ArrayList<>();

  private Outcome(Bench bench, Mode mode, ToLongFunction<String> value) {
    this.bench = bench;
    this.mode = mode;
    this.value = value;
  }

  /** Compares; answers expected and actual lines, alike where all is well. */
  static List<List<String>> of(
      Bench bench, Bench.End end, Scene scene, ToLongFunction<String> value) {
    Outcome outcome = new Outcome(bench, scene.mode(), value);
    outcome.compare(end, scene.expected());
    return List.of(outcome.expected, outcome.actual);
  }

  private void compare(Bench.End end, List<String> lines) {
    String wantedEnd = "halted";
    for (String line : lines) {
      if (line.equals("shutdown") || line.equals("running")) {
        wantedEnd = line;
      } else if (line.contains(" = ")) {
        fact(line);
      } else if (!line.startsWith("none")) {
        events.add(line);
      }
    }
    expected.add(wantedEnd);
    actual.add(end.name().toLowerCase(Locale.ROOT));
    long last = bench.memory.read(Kernel.NAMES.get("logptr"), 8);
    int count = (int) Math.min((last - Kernel.LOG) / Kernel.EVENT_SIZE, Kernel.MAX_EVENTS);
    for (int n = 0; n < Math.max(count, events.size()); n++) {
      String wanted = n < events.size() ? events.get(n) : "nothing at";
      String[] words = wanted.split("\\s+");
      expected.add(canonical(words));
      actual.add(n < count ? observed(n, words) : "nothing");
    }
  }

  private static String hex(long number) {
    return Long.toHexString(number);
  }

  private String canonical(String[] words) {
    StringBuilder text = new StringBuilder(event(words[0]));
    for (int n = 1; n < words.length; n++) {
      if (words[n].equals("at") && n + 1 < words.length) {
        text.append(" at=").append(hex(value.applyAsLong(words[++n])));
      } else if (words[n].contains("=")) {
        int is = words[n].indexOf('=');
        text.append(' ').append(words[n], 0, is + 1);
        text.append(hex(value.applyAsLong(words[n].substring(is + 1))));
      }
    }
    return text.toString();
  }

  private String event(String word) {
    int open = word.indexOf('(');
    if (open >= 0) {
      long code = value.applyAsLong(word.substring(open + 1, word.length() - 1));
      return word.substring(0, open) + "(" + hex(code) + ")";
    }
    return word;
  }

  private String observed(int n, String[] words) {
    long at = Kernel.LOG + (long) n * Kernel.EVENT_SIZE;
    int vector = (int) bench.memory.read(at, 4);
    long code = slot(at, 0);
    boolean none = code == -1L >>> 64 - 8 * mode.slot;
    StringBuilder text =
        new StringBuilder(vector < EXCEPTIONS.length ? EXCEPTIONS[vector] : "int0x" + hex(vector));
    text.append(none ? "" : "(" + hex(code) + ")");
    for (String word : words) {
      if (word.equals("at")) {
        text.append(" at=").append(hex(slot(at, 1)));
      } else if (word.contains("=")) {
        String key = word.substring(0, word.indexOf('='));
        text.append(' ').append(key).append('=').append(hex(attribute(at, key)));
      }
    }
    return text.toString();
  }

  private long slot(long event, int n) {
    return bench.memory.read(event + 32 + (long) n * mode.slot, mode.slot);
  }

  private long attribute(long event, String key) {
    return switch (key) {
      case "cs" -> slot(event, 2);
      case "cpl" -> slot(event, 2) & 3;
      case "rsp" -> slot(event, 4);
      case "ss" -> slot(event, 5);
      case "cr2" -> bench.memory.read(event + 8, 8);
      case "dr6" -> bench.memory.read(event + 16, 8) & DR6_BITS;
      case "frame" -> bench.memory.read(event + 24, 8) + mode.slot;
      case "iopl" -> slot(event, 3) >>> 12 & 3;
      default -> slot(event, 3) >>> flag(key) & 1;
    };
  }

  private static int flag(String name) {
    return FLAGS.stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> Integer.parseInt(entry.substring(entry.indexOf('=') + 1)))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("not known: " + name));
  }

  private void fact(String line) {
    int is = line.indexOf(" = ");
    String place = line.substring(0, is).strip();
    expected.add(place + " = " + hex(value.applyAsLong(line.substring(is + 3).strip())));
    actual.add(place + " = " + hex(found(place)));
  }

  private long found(String place) {
    Vcpu c = bench.vcpu;
    int open = place.indexOf('[');
    if (open >= 0) {
      int size =
          switch (place.substring(0, open).strip()) {
            case "byte" -> 1;
            case "word" -> 2;
            case "dword" -> 4;
            default -> 8;
          };
      return bench.memory.read(
          value.applyAsLong(place.substring(open + 1, place.length() - 1)), size);
    }
    if (SEGMENTS.contains(place)) {
      return c.state.selector(SEGMENTS.indexOf(place));
    }
    if (place.equals("tr")) {
      return c.state.selector(Segment.TR);
    }
    if (place.startsWith("cr")) {
      return c.state.cr(place.charAt(2) - '0');
    }
    if (place.startsWith("dr")) {
      return c.state.dr(place.charAt(2) - '0');
    }
    return place.endsWith("f") ? c.rflags() >>> flag(place) & 1 : register(place);
  }

  private long register(String name) {
    if (name.equals("rip")) {
      return bench.vcpu.state.rip();
    }
    if (name.matches("r\\d+")) {
      return bench.vcpu.state.reg(Integer.parseInt(name.substring(1)));
    }
    int size = name.length() == 2 ? 2 : name.startsWith("e") ? 4 : 8;
    int index = REGISTERS.indexOf(name.substring(name.length() - 2));
    if (index < 0 && name.endsWith("l")) {
      return bench.vcpu.state.reg(REGISTERS.indexOf(name.charAt(0) + "x"), 1);
    }
    return bench.vcpu.state.reg(index, size);
  }
}
