package jvisor.machine.explain;

import java.util.EnumSet;
import java.util.Set;
import jvisor.cpu.state.Vector;
import jvisor.cpu.vcpu.Observer;
import jvisor.cpu.vcpu.Step;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.isa.CodeMode;
import jvisor.isa.Disassembler;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;
import jvisor.machine.ExplainSpec;
import jvisor.machine.ExplainTopic;
import jvisor.machine.explain.OpenTraps.Trap;
import jvisor.machine.explain.OpenTraps.Way;
import jvisor.machine.trace.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * Explains traps while a machine runs, a few lines each. One for all processors of a machine, which
 * run by turns.
 */
public final class Narrator implements Observer, AutoCloseable {
  private static final Set<Mnemonic> CALLS =
      EnumSet.of(Mnemonic.SYSCALL, Mnemonic.SYSENTER, Mnemonic.INT);
  private static final Set<Mnemonic> RETURNS =
      EnumSet.of(Mnemonic.SYSRET, Mnemonic.SYSEXIT, Mnemonic.IRET);

  /** CR3 without the bits that do not tell programs apart: PCID, and the halves of Linux's PTI. */
  private static final long SPACE = 0x000f_ffff_ffff_e000L;

  private final ExplainSpec spec;
  private final Set<ExplainTopic> topics;
  private final @Nullable SystemCallNames names;
  private final OpenTraps open = new OpenTraps();
  private final Repeats repeats;

  private @Nullable Vcpu processor;
  private @Nullable Step step;
  private long rip;
  private long stackPointer;
  private long space;
  private int cpl;
  private long rax;
  private long rcx;

  private @Nullable Event event;
  private int vector;
  private int errorCode;
  private @Nullable Step culprit;
  private long explained;

  /** Explains as {@code spec} has it; {@code linux} if the guest was loaded as a Linux kernel. */
  public Narrator(ExplainSpec spec, boolean linux) {
    this.spec = spec;
    this.topics = spec.topics();
    this.names = linux ? new SystemCallNames() : null;
    this.repeats = new Repeats(spec.lines());
  }

  @Override
  public boolean wants(Insn insn) {
    Mnemonic name = insn.mnemonic();
    return topics.contains(ExplainTopic.FAULTS)
        || topics.contains(ExplainTopic.MMIO)
        || CALLS.contains(name)
        || RETURNS.contains(name)
        || isPort(name)
        || isPrivileged(name);
  }

  private static boolean isPort(Mnemonic name) {
    return name == Mnemonic.IN
        || name == Mnemonic.OUT
        || name == Mnemonic.INS
        || name == Mnemonic.OUTS;
  }

  private static boolean isPrivileged(Mnemonic name) {
    // SWAPGS is in every way into the kernel and tells nothing.
    return name == Mnemonic.CPUID
        || name != Mnemonic.SWAPGS && Privileged.INSTRUCTIONS.contains(name);
  }

  @Override
  public void begins(Vcpu c, Step next) {
    processor = c;
    step = next;
    rip = next.rip(c);
    cpl = c.cpl();
    stackPointer = c.state.reg(4);
    rax = c.state.reg(0);
    rcx = c.state.reg(1);
    space = cpl == 3 ? c.state.cr(3) & SPACE : 0;
  }

  @Override
  public void completed(Vcpu c, Step last) {
    Mnemonic name = last.insn().mnemonic();
    if (CALLS.contains(name)) {
      called(c, last);
    } else if (RETURNS.contains(name)) {
      returned(c, last);
    } else if (topics.contains(ExplainTopic.PRIVILEGED) && isPrivileged(name)) {
      privileged(c, last);
    }
    step = null;
  }

  private void called(Vcpu c, Step last) {
    long way = last.mode() == CodeMode.BITS64 ? -1L : 0xffff_ffffL;
    long back = rip + last.insn().length & way;
    boolean fast = last.insn().mnemonic() != Mnemonic.INT;
    String what = cpl == 3 || fast ? "system call" : "software interrupt";
    long number = begin(c, last.retired(c), ExplainTopic.SYSCALLS, what);
    open.open(new Way(back, stackPointer, space), new Trap(number, what, last.retired(c)));
    if (number == 0) {
      return;
    }
    trapped(last);
    String name = names != null && fast && c.is64Bit() ? names.of(rax) : "";
    String arguments =
        c.is64Bit()
            ? "rdi=%x rsi=%x rdx=%x r10=%x"
                .formatted(c.state.reg(7), c.state.reg(6), c.state.reg(2), c.state.reg(10))
            : "ebx=%x ecx=%x edx=%x"
                .formatted(c.state.reg(3, 4), rcx & 0xffff_ffffL, c.state.reg(2, 4));
    tell("why", "the program asks for a service: rax=%x%s, %s".formatted(rax, name, arguments));
    String source =
        switch (last.insn().mnemonic()) {
          case SYSCALL -> "which LSTAR or STAR names";
          case SYSENTER -> "which SYSENTER_EIP names";
          default -> entry(c, (int) last.insn().a.value() & 0xff);
        };
    handler(c, source, cpl);
    if (last.insn().mnemonic() == Mnemonic.SYSCALL) {
      tell(
          "later",
          "rcx=%x is the way back, r11=%x the flags".formatted(c.state.reg(1), c.state.reg(11)));
    }
  }

  private void returned(Vcpu c, Step last) {
    long to = c.state.rip();
    long home = c.cpl() == 3 ? c.state.cr(3) & SPACE : 0;
    Trap trap = open.close(new Way(to, c.state.reg(4), home));
    long now = last.retired(c);
    String text = Disassembler.text(last.insn(), rip);
    if (trap != null && trap.number() != 0 && isLive(now)) {
      repeats.end();
      spec.lines()
          .accept(
              "#%d %s returns, %,d instructions later"
                  .formatted(trap.number(), trap.what(), now - trap.at()));
      tell("by", "%s at %x".formatted(text, rip));
      tell("control", "back to %x%s; rax=%x".formatted(to, level(cpl, c.cpl()), c.state.reg(0)));
    } else if (trap == null && cpl != 3 && c.cpl() == 3) {
      if (begin(c, now, ExplainTopic.SYSCALLS, "entry into user code") != 0) {
        tell("by", "%s at %x".formatted(text, rip));
        tell("why", "no trap above goes on there: a new program or process, or a signal's handler");
        tell("control", "to %x%s".formatted(to, level(cpl, 3)));
      }
    }
  }

  private void privileged(Vcpu c, Step last) {
    String effect = Privileged.effect(c, last.insn(), rax, rcx);
    String key = "%x %s".formatted(rip, last.insn().mnemonic());
    if (repeats.isAgain(key) || begin(c, last.retired(c), ExplainTopic.PRIVILEGED, effect) == 0) {
      return;
    }
    repeats.begin(key);
    trapped(last);
    boolean open3 = last.insn().mnemonic() == Mnemonic.CPUID;
    tell(
        "why",
        open3
            ? "every guest shall see the processor that the monitor shows"
            : "privileged: only level 0 may");
    tell("handler", "the monitor, which plays the processor");
    tell("control", "the next instruction, at %x".formatted(last.next(c)));
  }

  @Override
  public void memory(long la, int size, boolean write, long value, boolean system) {}

  @Override
  public void device(long gpa, int size, boolean write, long value) {
    Vcpu c = processor;
    Step running = step;
    if (c == null || running == null || !topics.contains(ExplainTopic.MMIO)) {
      return;
    }
    String key = "%x %b %x".formatted(rip, write, gpa);
    if (repeats.isAgain(key)
        || begin(c, running.retired(c), ExplainTopic.MMIO, "device register") == 0) {
      return;
    }
    repeats.begin(key);
    trapped(running);
    tell(
        "why",
        "physical address %x is no memory but a device's: %s"
            .formatted(gpa, did(write, size, value)));
    tell("handler", "the monitor: " + Hardware.memory(gpa));
    tell("control", "the next instruction");
  }

  @Override
  public void port(Vcpu c, int port, int size, boolean write, int value) {
    Step running = step;
    if (running == null || !topics.contains(ExplainTopic.PORTS)) {
      return;
    }
    String key = "%x %b %x".formatted(rip, write, port);
    if (repeats.isAgain(key)
        || begin(c, running.retired(c), ExplainTopic.PORTS, "port %x".formatted(port)) == 0) {
      return;
    }
    repeats.begin(key);
    trapped(running);
    String did = did(write, size, value & Vcpu.mask(size));
    tell("why", "ports are devices, and devices are the monitor's: " + did);
    tell("handler", "the monitor: " + Hardware.port(port));
    tell("control", "the next instruction");
  }

  private static String did(boolean write, int size, long value) {
    return "%s %x (%d byte%s)"
        .formatted(write ? "writes" : "reads", value, size, size == 1 ? "" : "s");
  }

  @Override
  public void delivering(Vcpu c, Event kind, int eventVector, int code) {
    if (event == null) {
      culprit = kind == Event.EXCEPTION ? step : null;
      rip = c.state.rip();
      cpl = c.cpl();
      stackPointer = c.state.reg(4);
      space = cpl == 3 ? c.state.cr(3) & SPACE : 0;
    } else if (topics.contains(ExplainTopic.FAULTS) && isLive(c.retired())) {
      repeats.end();
      spec.lines()
          .accept(
              "%s could not be delivered; %s takes its place"
                  .formatted(what(), Vectors.name(eventVector)));
    }
    event = kind;
    vector = eventVector;
    errorCode = code;
    step = null;
  }

  @Override
  public void delivered(Vcpu c) {
    boolean exception = event == Event.EXCEPTION;
    ExplainTopic topic = exception ? ExplainTopic.FAULTS : ExplainTopic.INTERRUPTS;
    String what = what();
    long number = begin(c, c.retired(), topic, what);
    open.open(new Way(rip, stackPointer, space), new Trap(number, what, c.retired()));
    event = null;
    if (number == 0) {
      return;
    }
    if (!exception) {
      String place = "before the one at %x, %s".formatted(rip, user(cpl));
      tell("trapped", "nothing: it came between two instructions, " + place);
      tell("why", "a device or a timer wants attention; the local APIC has passed it on");
    } else {
      if (culprit != null) {
        trapped(culprit);
      } else {
        tell("trapped", "the fetch of, or a condition at, %x, %s".formatted(rip, user(cpl)));
      }
      tell("why", cause(c));
    }
    handler(c, entry(c, vector), cpl);
  }

  private static String entry(Vcpu c, int number) {
    return "entry %d of the %s".formatted(number, c.isProtected() ? "IDT" : "vector table");
  }

  private String what() {
    if (event == Event.NMI) {
      return "non-maskable interrupt";
    }
    return event == Event.EXCEPTION ? Vectors.name(vector) : "interrupt " + vector;
  }

  private String cause(Vcpu c) {
    String code = errorCode >= 0 ? Vectors.cause(vector, errorCode) : "";
    return switch (vector) {
      case Vector.PF -> code + "; CR2 keeps the address, %x".formatted(c.state.cr(2));
      case Vector.UD -> "the processor has no such instruction, or not in this mode";
      case Vector.NM -> "the floating-point unit is switched off until the kernel lends it";
      case Vector.DE -> "a division by zero, or a quotient that is too large";
      case Vector.DB -> "a breakpoint or a single step";
      case Vector.BP -> "a debugger's breakpoint";
      case Vector.GP ->
          (culprit != null
                      && cpl == 3
                      && Privileged.INSTRUCTIONS.contains(culprit.insn().mnemonic())
                  ? "privileged: only level 0 may, and this is level 3"
                  : "against the rules of protection")
              + " ("
              + code
              + ")";
      default -> code.isEmpty() ? "the instruction's own condition" : code;
    };
  }

  @Override
  public void shutDown(Vcpu c) {
    if (begin(c, c.retired(), ExplainTopic.FAULTS, "triple fault") != 0) {
      tell("why", "not even the double fault could be delivered");
      tell("handler", "the monitor: the processor shuts down");
    }
    event = null;
  }

  /** Begins an explanation; answers its number, or 0 if it is not wanted. */
  private long begin(Vcpu c, long completed, ExplainTopic topic, String what) {
    if (!topics.contains(topic) || !isLive(completed) || explained >= spec.count()) {
      return 0;
    }
    repeats.end();
    explained++;
    String number = c.number == 0 ? "" : " on processor %d".formatted(c.number);
    spec.lines()
        .accept("#%d %s, after %,d instructions%s".formatted(explained, what, completed, number));
    return explained;
  }

  private boolean isLive(long completed) {
    return completed >= spec.from();
  }

  private void trapped(Step culpritStep) {
    String text = Disassembler.text(culpritStep.insn(), rip);
    String shown = culpritStep.insn().mnemonic() == Mnemonic.INVALID ? "(no instruction)" : text;
    tell("trapped", "%s at %x, %s".formatted(shown, rip, user(cpl)));
  }

  private void handler(Vcpu c, String source, int from) {
    tell(
        "handler",
        "the guest's, at %x, %s%s".formatted(c.state.rip(), source, level(from, c.cpl())));
  }

  private static String user(int level) {
    return (level == 3 ? "user code" : "the kernel") + " (level " + level + ")";
  }

  private static String level(int from, int to) {
    return from == to ? "" : "; level %d -> %d".formatted(from, to);
  }

  /** The machine has ended. */
  @Override
  public void close() {
    repeats.end();
  }

  private void tell(String heading, String text) {
    spec.lines().accept("   %-8s %s".formatted(heading, text));
  }
}
