package jvisor.bench.programs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report as JSON. Times are in seconds for a unit of work; what was not measured is absent. */
final class JsonText {
  private JsonText() {}

  /** The JSON of {@code report}, indented. */
  static String of(Report report) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("command", report.command());
    all.put("facts", report.facts());
    all.put("runs", report.runs());
    all.put("programs", rows(report.programs()));
    Map<String, Object> mean = new LinkedHashMap<>();
    put(mean, "jvisorToNative", report.mean(Engine.JVISOR, Engine.NATIVE));
    put(mean, "qemuToJvisor", report.mean(Engine.QEMU, Engine.JVISOR));
    all.put("geometricMean", mean);
    all.put("boots", rows(report.boots()));
    all.put("marks", row(report.marks()));
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(all);
  }

  private static List<Object> rows(List<Row> rows) {
    List<Object> all = new ArrayList<>();
    rows.forEach(row -> all.add(row(row)));
    return all;
  }

  private static Map<String, Object> row(Row row) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", row.name());
    for (Engine engine : Engine.values()) {
      put(all, engine.name().toLowerCase(Locale.ROOT), row.median(engine));
    }
    put(all, "jvisorToNative", row.ratio(Engine.JVISOR, Engine.NATIVE));
    put(all, "qemuToJvisor", row.ratio(Engine.QEMU, Engine.JVISOR));
    Map<String, Object> times = new LinkedHashMap<>();
    row.seconds()
        .forEach((engine, seconds) -> times.put(engine.name().toLowerCase(Locale.ROOT), seconds));
    all.put("seconds", times);
    return all;
  }

  private static void put(Map<String, Object> all, String name, OptionalDouble value) {
    value.ifPresent(v -> all.put(name, v));
  }
}
