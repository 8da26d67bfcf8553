package jvisor.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import jvisor.isa.CodeMode;

/**
 * What a scene's program may say besides instructions, each on a line of its own:
 *
 * <ul>
 *   <li>{@code .user}, {@code .user32} (from 64-bit code), {@code .kernel}: go on in the next line
 *       at CPL 3 or 0; {@code .compat}: in 32-bit code of the kernel; {@code .v86 [flags]}: in
 *       virtual-8086 mode with all segments 0; {@code .end}: end here, at any CPL
 *   <li>{@code .resume label}: events lead there, to CPL 0; {@code .pass 1 3}: events with these
 *       vectors return where they came from
 *   <li>{@code .set cr4 smep smap}, {@code .clear cr0 wp}, {@code .set flags tf}: bits of CR0, CR4,
 *       EFER and RFLAGS; {@code .wrmsr index value}
 *   <li>before the start: {@code .gdt selector base limit access flags}, {@code .ldt …}, {@code
 *       .gate selector target-selector offset access [parameters]} in the GDT, {@code .idt vector
 *       offset [selector [access [ist]]]}, {@code .poke address size value}; {@code .safe}:
 *       handlers of 64-bit mode have a stack of their own
 * </ul>
 */
final class Directives {
  private static final Map<String, List<String>> BITS =
      Map.of(
          "cr0",
          List.of(
              "pe=0", "mp=1", "em=2", "ts=3", "ne=5", "wp=16", "am=18", "nw=29", "cd=30", "pg=31"),
          "cr4",
          List.of(
              "vme=0",
              "pvi=1",
              "tsd=2",
              "de=3",
              "pse=4",
              "pae=5",
              "mce=6",
              "pge=7",
              "pce=8",
              "osfxsr=9",
              "osxmmexcpt=10",
              "umip=11",
              "fsgsbase=16",
              "pcide=17",
              "osxsave=18",
              "smep=20",
              "smap=21"),
          "efer",
          List.of("sce=0", "lme=8", "lma=10", "nxe=11"),
          "flags",
          List.of(
              "cf=0",
              "zf=6",
              "tf=8",
              "if=9",
              "df=10",
              "of=11",
              "iopl=12",
              "iopl2=13",
              "nt=14",
              "rf=16",
              "ac=18",
              "vif=19",
              "vip=20",
              "id=21"));

  private final Mode mode;
  private CodeMode code;
  private int serial;
  private final List<String[]> pokes = new ArrayList<>();

  Directives(Mode mode) {
    this.mode = mode;
    this.code = mode.code;
  }

  /** The program as the assembler wants it. */
  String expand(String program) {
    StringBuilder text = new StringBuilder();
    for (String line : program.lines().map(String::strip).toList()) {
      int dot = line.indexOf(": .");
      if (line.startsWith(".") || dot > 0) {
        text.append(line, 0, dot + 1).append('\n');
        text.append(directive(line.substring(dot < 0 ? 1 : dot + 3).split("\\s+"))).append('\n');
      } else {
        if (line.startsWith("bits ")) {
          code = CodeMode.valueOf("BITS" + line.substring(5).strip());
        }
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }

  private String directive(String[] words) {
    String next = "next_" + serial++;
    return switch (words[0]) {
      case "user" -> user(next, code == CodeMode.BITS64 ? "ucode64" : "ucode32");
      case "user32" -> {
        String text = user(next, "ucode32");
        code = CodeMode.BITS32;
        yield text.replace(next + ":", "bits 32\n" + next + ":");
      }
      case "kernel" -> {
        code = mode.code;
        yield "int %d\nbits %s\n".formatted(Kernel.ENTER_KERNEL, bits(code));
      }
      case "compat" -> {
        code = CodeMode.BITS32;
        yield "push code32\npush %1$s\no64 retf\nbits 32\n%1$s:".formatted(next);
      }
      case "v86" -> {
        code = CodeMode.BITS16;
        yield """
        push 0
        push 0
        push 0
        push 0
        push 0
        push 0xbf00
        pushfd
        or dword [esp], 0x20000+%2$s
        push 0
        push %1$s
        iretd
        bits 16
        %1$s:\
        """
            .formatted(next, words.length > 1 ? words[1] : "0");
      }
      case "end" -> "int " + Kernel.END;
      case "resume" -> "mov %s [resume], %s".formatted(width(), words[1]);
      case "pass" -> {
        long mask = 0;
        for (String vector : words) {
          mask |= vector.equals("pass") ? 0 : 1L << Long.decode(vector);
        }
        yield "mov dword [pass], 0x%x\nmov dword [pass+4], 0x%x"
            .formatted(mask & 0xffff_ffffL, mask >>> 32);
      }
      case "set", "clear" -> bits(words);
      case "wrmsr" ->
          "mov ecx, %s\nmov eax, 0x%x\nmov edx, 0x%x\nwrmsr"
              .formatted(words[1], number(words[2]) & 0xffff_ffffL, number(words[2]) >>> 32);
      case "gdt", "ldt", "gate", "idt", "poke", "safe" -> {
        pokes.add(words);
        yield "";
      }
      default -> throw new IllegalArgumentException("no directive ." + words[0]);
    };
  }

  private static long number(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  private static String bits(CodeMode mode) {
    return mode.name().substring(4);
  }

  private String width() {
    return code == CodeMode.BITS64 ? "qword" : code == CodeMode.BITS32 ? "dword" : "word";
  }

  private String user(String next, String selector) {
    return code == CodeMode.BITS64
        ? """
        push udata
        push ustack
        pushfq
        push %s
        push %2$s
        iretq
        %2$s:\
        """
            .formatted(selector, next)
        : """
        push udata
        pop ds
        push udata
        pop es
        push udata
        push ustack
        pushfd
        push %s
        push %2$s
        iretd
        %2$s:\
        """
            .formatted(selector, next);
  }

  private String bits(String[] words) {
    long mask = 0;
    for (String name : Arrays.copyOfRange(words, 2, words.length)) {
      mask |= 1L << bit(words[1], name);
    }
    boolean set = words[0].equals("set");
    String operation =
        set
            ? "or %s, 0x%x".formatted("%s", mask)
            : "and %s, 0x%x".formatted("%s", ~mask & 0xffff_ffffL);
    String wide = code == CodeMode.BITS64 ? "rax" : "eax";
    return switch (words[1]) {
      case "flags" -> {
        String f = code == CodeMode.BITS64 ? "q" : code == CodeMode.BITS32 ? "d" : "";
        String top =
            code == CodeMode.BITS64
                ? "qword [rsp]"
                : code == CodeMode.BITS32 ? "dword [esp]" : "word [esp]";
        String change = set ? "or %s, 0x%x" : "and %s, 0x%x";
        long value =
            set
                ? mask
                : code == CodeMode.BITS16
                    ? ~mask & 0xffff
                    : code == CodeMode.BITS64 ? ~mask : ~mask & 0xffff_ffffL;
        yield "pushf%1$s\n%2$s\npopf%1$s".formatted(f, change.formatted(top, value));
      }
      case "efer" ->
          "push %1$s\npush %2$s\npush %3$s\nmov ecx, 0xc0000080\nrdmsr\n%4$s\nwrmsr\npop %3$s\npop %2$s\npop %1$s"
              .formatted(
                  wide, wide.replace('a', 'c'), wide.replace('a', 'd'), operation.formatted("eax"));
      default ->
          "push %1$s\nmov %1$s, %2$s\n%3$s\nmov %2$s, %1$s\npop %1$s"
              .formatted(wide, words[1], operation.formatted("eax"));
    };
  }

  private static int bit(String register, String name) {
    return BITS.getOrDefault(register, List.of()).stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> Integer.parseInt(entry.substring(entry.indexOf('=') + 1)))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no bit " + register + "." + name));
  }

  /** Does what is to be done before the start; {@code value} knows labels and names. */
  void poke(Bench bench, ToLongFunction<String> value) {
    for (String[] words : pokes) {
      long[] v = new long[words.length];
      for (int n = 1; n < words.length; n++) {
        v[n] = value.applyAsLong(words[n]);
      }
      switch (words[0]) {
        case "gdt", "ldt" -> {
          long table = words[0].equals("gdt") ? Kernel.GDT : Kernel.LDT;
          bench.memory.write(table + (v[1] & 0xfff8), 8, Kernel.descriptor(v[2], v[3], v[4], v[5]));
        }
        case "gate" -> {
          long parameters = v.length > 5 ? v[5] : 0;
          bench.memory.write(
              Kernel.GDT + (v[1] & 0xfff8), 8, Kernel.gate(v[2], v[3], v[4]) | parameters << 32);
        }
        case "idt" -> {
          long selector = v.length > 3 ? v[3] : mode == Mode.LONG ? 0x28 : 0x08;
          long access = v.length > 4 ? v[4] : 0x8e;
          long ist = v.length > 5 ? v[5] : 0;
          int size = mode == Mode.LONG ? 16 : 8;
          long gate = Kernel.gate(selector, v[2], access) | ist << 32;
          if (mode == Mode.REAL) {
            bench.memory.write(4 * v[1], 4, v[2]);
          } else {
            bench.memory.write(Kernel.IDT + size * v[1], 8, gate);
          }
        }
        case "safe" -> {
          for (int vector = 0; vector < Kernel.VECTORS; vector++) {
            bench.memory.write(Kernel.IDT + 16L * vector + 4, 1, 7);
          }
        }
        default -> bench.memory.write(v[1], (int) v[2], v[3]);
      }
    }
  }
}
