package jvisor.bench.latency;

/** What a guest does for ever, in code of 32 or 64 bits. */
enum Work {
  /** Two instructions that are one translation. */
  SPIN(
      "spins",
      """
      again:
        inc eax
        jmp again
      """),

  /** A loop over 192 KiB, whose rounds run without a check as long as they stay in a page. */
  STREAM(
      "writes a stream",
      """
      again:
        mov edi, 0x40000
        mov ecx, 0xc000
      round:
        mov [?di], eax
        add ?di, 4
        dec ecx
        jnz round
        jmp again
      """),

  /** An instruction that writes 192 KiB. */
  REPEATED(
      "REP STOSB",
      """
      again:
        mov edi, 0x40000
        mov ecx, 0x30000
        rep stosb
        jmp again
      """);

  private final String text;
  private final String code;

  Work(String text, String code) {
    this.text = text;
    this.code = code;
  }

  /** What it is called. */
  String text() {
    return text;
  }

  /** Its source; it uses RAX, RCX, RDI and memory from 0x40000 to 0x70000. */
  String code(boolean narrow) {
    return code.replace("?", narrow ? "e" : "r");
  }
}
