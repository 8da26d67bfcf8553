package jvisor.app.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what the doctor found, for people. */
public final class Prescription {
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  /** Writes with colours or without. */
  public Prescription(boolean colour) {
    this.colour = colour;
  }

  /** The findings, several lines. */
  public String of(Host host) {
    heading("jvisor " + host.version());
    heading("Engines");
    host.engines().forEach(e -> line(e.offered(), e.name(), e.detail()));
    heading("Processor");
    Processor cpu = host.processor();
    plain("model", cpu.model() + ", " + cpu.count() + " logical");
    if (cpu.known()) {
      line(cpu.vtx(), "VT-x", cpu.vtx() ? "EPT: " + yes(cpu.ept()) : "no");
      line(cpu.amdv(), "AMD-V (SVM)", cpu.amdv() ? "nested paging: " + yes(cpu.npt()) : "no");
      if (cpu.virtual()) {
        plain("", "this host is itself a virtual machine");
      }
    } else {
      plain("features", "unknown: no /proc/cpuinfo");
    }
    line(host.kvm().usable(), "/dev/kvm", host.kvm().detail());
    heading("Java");
    plain("version", host.java().version() + ", " + host.java().vendor());
    plain("home", host.java().home());
    heading("Memory");
    plain("total", mebibytes(host.memory().totalMiB()));
    plain("available", mebibytes(host.memory().availableMiB()));
    heading("Terminal");
    Host.Tty tty = host.terminal();
    line(
        tty.input(),
        "input",
        tty.input() ? "a terminal; the guest gets every key" : "not a terminal: no Ctrl-]");
    line(tty.output(), "output", tty.output() ? "a terminal" : "not a terminal");
    if (tty.input()) {
      plain("size", tty.rows() + " rows, " + tty.columns() + " columns, " + tty.type());
    }
    heading("Default image");
    String apt = host.images().apt();
    line(apt != null, "APT", apt != null ? apt : "none: bring a kernel with --kernel");
    line(
        host.images().writable(),
        "folder",
        host.images().folder() + (host.images().writable() ? "" : " cannot be written"));
    return text.toString();
  }

  private void heading(String title) {
    text.append(colour ? BOLD + title + PLAIN : title).append('\n');
  }

  private void line(boolean good, String name, String detail) {
    String mark = good ? "+" : "-";
    String shown = colour ? (good ? GREEN : YELLOW) + mark + PLAIN : mark;
    text.append(String.format(Locale.ROOT, "  %s %-12s %s%n", shown, name, detail));
  }

  private void plain(String name, String detail) {
    text.append(String.format(Locale.ROOT, "    %-12s %s%n", name, detail));
  }

  private static String yes(boolean is) {
    return is ? "yes" : "no";
  }

  private static String mebibytes(@Nullable Long count) {
    return count == null ? "unknown" : count + " MiB";
  }
}
