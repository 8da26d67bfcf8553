package jvisor.isa;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decodes wherever objdump begins an instruction, and collects what the two see differently:
 * length, name and operands. Differences that are explained here are left out.
 */
final class ObjdumpComparison {
  /** Extensions that objdump knows and no row has, by the beginning of their names. */
  private static final Pattern UNKNOWN_EXTENSIONS =
      Pattern.compile(
          // XOP, AVX-512, AMX, VMX and SVM all begin with v, k or t.
          "v[a-z].*|k(add|and|mov|not|or|shift|test|unpck|xnor|xor).*|tile.*|tdp.*|[ls]dtilecfg"
              + "|sttilecfg|tdcall|sea(mcall|mops|mret)|tdp.*"
              // TBM.
              + "|bls(fill|ic)|blc.*|t1mskc|tzmsk|lwpins|lwpval|llwpcb|slwpcb"
              // 3DNow!, SSE4a.
              + "|femms|pf[a-z].*|pi2f[dw]|pmulhrw|pswapd|pavgusb|extrq|insertq|movnts[sd]"
              // MPX, CET, SGX, SMX, RTM, key locker, GFNI.
              + "|bnd.*|wru?ss[dq]?|incssp.|rdssp.|saveprevssp|rstorssp|setssbsy|clrssbsy|encl.*"
              + "|getsec|xabort|xbegin|xend|xtest|aes(enc|dec)(wide)?(128|256)kl|loadiwkey"
              + "|encodekey.*|gf2p8.*"
              // Newer system and memory instructions.
              + "|invept|invvpid|invlpgb?|invlpga|tlbsync|stgi|clgi|skinit|monitorx|mwaitx|clzero"
              + "|rdpru|mcommit|ptwrite|clui|stui|testui|uiret|senduipi|wbnoinvd|pconfig|serialize"
              + "|tpause|umonitor|umwait|cldemote|enqcmds?|movdir(i|64b)|hreset|xresldtrk|xsusldtrk"
              + "|aadd|aand|aor|axor|psmash|pvalidate|rmp.*|(rd|wr)msrlist|wrmsrns|rdpkru|wrpkru|prefetchit."
              + "|cmp[a-z]*xadd|lkgs|erets|eretu"
              // 287 only.
              + "|frstpm.*");

  /** Names that the assembler of GNU gives where the manual has another. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("movabs", "mov"),
          Map.entry("fwait", "wait"),
          Map.entry("xlat", "xlatb"),
          Map.entry("pclmullqlqdq", "pclmulqdq"),
          Map.entry("pclmulhqlqdq", "pclmulqdq"),
          Map.entry("pclmullqhqdq", "pclmulqdq"),
          Map.entry("pclmulhqhqdq", "pclmulqdq"),
          Map.entry("vpclmullqlqdq", "vpclmulqdq"),
          Map.entry("vpclmulhqlqdq", "vpclmulqdq"),
          Map.entry("vpclmullqhqdq", "vpclmulqdq"),
          Map.entry("vpclmulhqhqdq", "vpclmulqdq"),
          Map.entry("fneni(8087", "fneni"),
          Map.entry("fndisi(8087", "fndisi"),
          Map.entry("fnsetpm(287", "fnsetpm"),
          Map.entry("fstpnce", "fstp"));

  private static final Pattern SSE_COMPARE =
      Pattern.compile(
          "(v?cmp)(?:(?:eq|n?lt|n?le|n?g[et]|unord|neq|ord|false|true)(?:_?(?:[ou][qs]|[sq]))?)([ps][sd])");
  private static final Pattern NEGATIVE_RIP =
      Pattern.compile("([re]ip)\\+0xffffffff([89a-f][0-9a-f]{7})");

  private static final Set<String> TABLE_NAMES =
      Table.ROWS.stream()
          .map(row -> row.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private final Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
  private final Map<String, String> differences = new TreeMap<>();
  private long count;

  /** How many instructions were compared. */
  long count() {
    return count;
  }

  /** The unexplained differences: kind, and the first example. */
  Map<String, String> differences() {
    return differences;
  }

  /** Compares all of {@code code}. */
  void compare(byte[] code, CodeMode mode) throws IOException {
    for (Objdump.Line line : Objdump.disassemble(code, mode)) {
      // A line of prefixes alone: objdump cuts them off where another prefix makes them idle.
      if (line.name().isEmpty() || line.offset() + 15 > code.length) {
        continue;
      }
      count++;
      Insn insn = decoder.decode(code, line.offset(), code.length, mode);
      boolean evex = isEvex(code, line, mode);
      String difference = difference(insn, line, mode, evex);
      if (!difference.isEmpty()) {
        String bytes = HexFormat.of().formatHex(code, line.offset(), line.offset() + line.length());
        differences.putIfAbsent(
            mode + " " + difference,
            bytes
                + " "
                + insn.length
                + " "
                + insn
                + " / "
                + line.prefixes()
                + line.name()
                + " "
                + line.operands());
      }
    }
  }

  private static boolean isEvex(byte[] code, Objdump.Line line, CodeMode mode) {
    int at = line.offset() + line.prefixes().size();
    return code[at] == 0x62 && (mode == CodeMode.BITS64 || (code[at + 1] & 0xC0) == 0xC0);
  }

  private static String difference(Insn insn, Objdump.Line line, CodeMode mode, boolean evex) {
    boolean bad = line.name().equals("(bad)") || line.operands().contains("(bad)");
    if (insn.row == Row.INVALID) {
      return bad || evex || explainedInvalid(line, mode) ? "" : "invalid here / " + line.name();
    }
    if (insn.mnemonic() == Mnemonic.WAIT) {
      // objdump takes WAIT and the x87 instruction behind it for one.
      return "";
    }
    String name = Disassembler.name(insn);
    boolean hint = insn.mnemonic() == Mnemonic.NOP;
    if (bad) {
      return insn.row.alias() || rejectedByObjdump(insn) ? "" : name + " / (bad)";
    }
    if (hint && (line.name().startsWith("bnd") || line.name().startsWith("rdssp"))
        || line.name().equals("cldemote")) {
      return "";
    }
    if (!sameName(insn, name, line)) {
      return name + " / " + line.name();
    }
    if (insn.length != line.length()) {
      return "length of " + name;
    }
    return sameOperands(insn, line, mode) ? "" : "operands of " + insn.row;
  }

  /**
   * What processors execute though objdump does not know: fences with any rm, F2 before WBINVD, BSF
   * and BSR.
   */
  private static boolean rejectedByObjdump(Insn insn) {
    return switch (insn.mnemonic()) {
      case LFENCE, MFENCE, SFENCE, WBINVD, BSF, BSR -> true;
      default -> false;
    };
  }

  private static boolean explainedInvalid(Objdump.Line line, CodeMode mode) {
    String operands = line.operands();
    boolean lock = line.prefixes().contains("lock");
    // F2 and F3 go before 66 in choosing an opcode, and are not ignored where none has them.
    boolean repeat = line.prefixes().contains("repz") || line.prefixes().contains("repnz");
    // No prefix that selects or sizes may stand before VEX.
    boolean beforeVex =
        line.name().startsWith("v") && line.prefixes().toString().matches(".*(data|rex).*");
    boolean only64 =
        mode != CodeMode.BITS64 && line.name().matches("(rd|wr)[fg]sbase|swapgs|vpextrd|vpinsrd");
    boolean register =
        line.name().equals("mov")
            && (operands.startsWith("cs,")
                || operands.contains("?")
                || operands.contains("tr")
                || operands.matches(".*(cr(1|5|6|7|9|1[0-5])|db?r?(8|9|1[0-5]))(,.*|$)"));
    return lock
        || repeat
        || beforeVex
        || only64
        || register
        || !TABLE_NAMES.contains(line.name()) && UNKNOWN_EXTENSIONS.matcher(line.name()).matches();
  }

  private static boolean sameName(Insn insn, String name, Objdump.Line line) {
    String other = NAMES.getOrDefault(line.name(), line.name());
    Matcher compare = SSE_COMPARE.matcher(other);
    if (compare.matches()) {
      other = compare.group(1) + compare.group(2);
    }
    if (name.equals(other)) {
      return true;
    }
    return switch (insn.mnemonic()) {
      case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS -> name.startsWith(other);
      // objdump adds or drops suffixes of size, and knows no PREFETCH hints of later processors.
      case PUSH,
          POP,
          PUSH_SREG,
          POP_SREG,
          PUSHF,
          POPF,
          PUSHA,
          POPA,
          CALL,
          CALL_FAR,
          JMP,
          JMP_FAR,
          RET,
          RET_FAR,
          ENTER,
          LEAVE,
          IRET,
          SYSRET,
          SYSEXIT,
          SGDT,
          SIDT,
          LGDT,
          LIDT ->
          stem(name).equals(stem(other));
      case FNSAVE, FNSTENV, FRSTOR, FLDENV, PCMPESTRI, PCMPESTRM, VPCMPESTRI, VPCMPESTRM ->
          stem(name).equals(stem(other));
      case SHL -> other.equals("shl");
      case NOP -> other.startsWith("prefetch") || other.equals("xchg");
      // F3 41 90 exchanges, as processors show.
      case XCHG -> other.equals("pause") && line.prefixes().toString().contains("rex");
      default -> false;
    };
  }

  private static String stem(String name) {
    boolean suffix = name.length() > 3 && "wdq".indexOf(name.charAt(name.length() - 1)) >= 0;
    return suffix ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean sameOperands(Insn insn, Objdump.Line line, CodeMode mode) {
    switch (insn.mnemonic()) {
      // Named by widths here, by operands there; or the immediate is part of the name there.
      case MOVS,
          CMPS,
          STOS,
          LODS,
          SCAS,
          INS,
          OUTS,
          XLAT,
          NOP,
          MOV_SREG,
          CMPPS,
          CMPPD,
          CMPSS,
          CMPSD_XMM,
          PCLMULQDQ,
          VCMPPS,
          VCMPPD,
          VCMPSS,
          VCMPSD,
          VPCLMULQDQ -> {
        return true;
      }
      default -> {}
    }
    String text = Disassembler.text(insn, line.offset());
    String name = Disassembler.name(insn);
    String mine = plain(text.substring(text.indexOf(name) + name.length()));
    return mine.equals(plain(line.operands())) || explainedOperands(insn, line, mode);
  }

  private static boolean explainedOperands(Insn insn, Objdump.Line line, CodeMode mode) {
    if (line.operands().contains("iz*")) {
      // A SIB byte without index, which objdump shows.
      return true;
    }
    return switch (insn.mnemonic()) {
      // The source is 16 bits wide whatever the name of its register.
      case LAR, LSL -> true;
      // objdump gives these no width, or that of AMD.
      case SGDT, SIDT, LGDT, LIDT, INVLPG, LFS, LGS, LSS, CALL_FAR, JMP_FAR -> true;
      // objdump shows REX.W where it has no effect.
      case MOVMSKPS, MOVMSKPD, PMOVMSKB, PEXTRW, EXTRACTPS, PEXTRB, PINSRW, PINSRB ->
          line.prefixes().isEmpty();
      // objdump shows the bits of VEX that have no effect here.
      case VMOVMSKPS, VMOVMSKPD, VPMOVMSKB, VMOVSS, VMOVSD -> true;
      // 66 is idle where F2 or F3 selects.
      case MOVDQ2Q, MOVQ2DQ -> true;
      // 16-bit targets below the start of the file wrap around.
      case JMP, JCC, CALL, LOOP, LOOPE, LOOPNE, JCXZ -> mode != CodeMode.BITS64;
      // objdump has a remark in place of operands.
      case FNOP, XCHG -> !line.operands().contains(",");
      // 66 does not make these 16 bits wide.
      case RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE -> insn.a.size() == 4;
      // REX.W goes before 66, as processors show.
      case MOVSXD -> insn.operandSize == 8;
      // Offsets without a width.
      case MOV -> insn.row.operands().stream().anyMatch(f -> f.text().startsWith("moffs"));
      default -> false;
    };
  }

  private static String plain(String operands) {
    String text =
        operands
            .toLowerCase(Locale.ROOT)
            .replace(" ", "")
            .replace("ptr", "")
            .replace("xmmword", "")
            .replace("ymmword", "")
            .replace("oword", "")
            .replace("far", "")
            .replaceAll("ds:(0x[0-9a-f]+)", "[$1]")
            .replaceAll("([ecsfg]s):(0x[0-9a-f]+)", "$1:[$2]")
            .replaceAll("[ds]s:\\[", "[")
            .replaceAll("\\+0x0(?![0-9a-f])", "")
            .replaceAll("\\+[re]iz\\*[1248]", "")
            .replace("st(0)", "st");
    Matcher negative = NEGATIVE_RIP.matcher(text);
    if (negative.find()) {
      long distance = 0x100000000L - Long.parseLong(negative.group(2), 16);
      text = negative.replaceFirst(negative.group(1) + "-0x" + Long.toHexString(distance));
    }
    return text;
  }
}
