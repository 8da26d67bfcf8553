package jvisor.isa;

/** General-purpose instructions (SDM vol. 1, 5.1.7 to 5.1.13): transfers, strings, ports, flags. */
final class ControlRows {
  private ControlRows() {}

  /** Jumps, calls, returns and interrupts. */
  static final String TRANSFERS =
      """
      [BASE branch]
      EB cb                | JMP rel8                           | f64
      E9 cz                | JMP relz                           | f64
      FF /4                | JMP r/mv                           | f64 a=r
      70+cc cb             | Jcc rel8                           | f64 t=oszpc
      0F 80+cc cz          | Jcc relz                           | f64 t=oszpc
      a16 E3 cb            | JCXZ rel8                          | f64 uses=CX
      a32 E3 cb            | JECXZ rel8                         | =JCXZ f64 uses=CX
      a64 E3 cb            | JRCXZ rel8                         | =JCXZ f64 uses=CX
      E0 cb                | LOOPNE rel8                        | f64 t=z mods=CX
      E1 cb                | LOOPE rel8                         | f64 t=z mods=CX
      E2 cb                | LOOP rel8                          | f64 mods=CX
      E8 cz                | CALL relz                          | f64 mods=SP
      FF /2                | CALL r/mv                          | f64 a=r mods=SP
      C3                   | RET                                | f64 mods=SP
      C2 iw                | RET uimm16                         | f64 mods=SP
      [BASE system]
      EA cp                | JMP ptr16:z                        | =JMP_FAR i64
      FF /5                | JMP m16:v                          | =JMP_FAR a=r
      9A cp                | CALL ptr16:z                       | =CALL_FAR i64 mods=SP
      FF /3                | CALL m16:v                         | =CALL_FAR a=r mods=SP
      CB                   | RETF                               | =RET_FAR mods=SP
      CA iw                | RETF uimm16                        | =RET_FAR mods=SP
      CC                   | INT3
      CD ib                | INT uimm8
      CE                   | INTO                               | i64 t=o
      F1                   | INT1
      o16 CF               | IRET                               | w=oszapc mods=SP
      o32 CF               | IRETD                              | =IRET w=oszapc mods=SP
      REX.W CF             | IRETQ                              | =IRET w=oszapc mods=SP
      62 /r                | BOUND rz, mv&v                     | i64 a=r
      0F FF /r             | UD0 rv, r/mv                       | a=nn
      0F B9 /r             | UD1 rv, r/mv                       | a=nn
      0F 0B                | UD2
      """;

  /** Strings and ports; the widths of strings are in {@link Insn#operandSize}. */
  static final String STRINGS =
      """
      [BASE system]
      A4                   | MOVSB                              | =MOVS b rep mods=CX,SI,DI
      o16 A5               | MOVSW                              | =MOVS rep mods=CX,SI,DI
      o32 A5               | MOVSD                              | =MOVS rep mods=CX,SI,DI
      REX.W A5             | MOVSQ                              | =MOVS rep mods=CX,SI,DI
      [BASE system repe w=oszapc t=oszapc]
      A6                   | CMPSB                              | =CMPS b mods=CX,SI,DI
      o16 A7               | CMPSW                              | =CMPS mods=CX,SI,DI
      o32 A7               | CMPSD                              | =CMPS mods=CX,SI,DI
      REX.W A7             | CMPSQ                              | =CMPS mods=CX,SI,DI
      [BASE system]
      AA                   | STOSB                              | =STOS b rep uses=AX mods=CX,DI
      o16 AB               | STOSW                              | =STOS rep uses=AX mods=CX,DI
      o32 AB               | STOSD                              | =STOS rep uses=AX mods=CX,DI
      REX.W AB             | STOSQ                              | =STOS rep uses=AX mods=CX,DI
      AC                   | LODSB                              | =LODS b rep mods=AX,CX,SI
      o16 AD               | LODSW                              | =LODS rep mods=AX,CX,SI
      o32 AD               | LODSD                              | =LODS rep mods=AX,CX,SI
      REX.W AD             | LODSQ                              | =LODS rep mods=AX,CX,SI
      [BASE system repe w=oszapc t=oszapc]
      AE                   | SCASB                              | =SCAS b uses=AX mods=CX,DI
      o16 AF               | SCASW                              | =SCAS uses=AX mods=CX,DI
      o32 AF               | SCASD                              | =SCAS uses=AX mods=CX,DI
      REX.W AF             | SCASQ                              | =SCAS uses=AX mods=CX,DI
      [BASE system]
      6C                   | INSB                               | =INS b rep uses=DX mods=CX,DI
      o16 6D               | INSW                               | =INS rep uses=DX mods=CX,DI
      6D                   | INSD                               | =INS z rep uses=DX mods=CX,DI
      6E                   | OUTSB                              | =OUTS b rep uses=DX mods=CX,SI
      o16 6F               | OUTSW                              | =OUTS rep uses=DX mods=CX,SI
      6F                   | OUTSD                              | =OUTS z rep uses=DX mods=CX,SI
      E4 ib                | IN AL, uimm8                       | a=w
      E5 ib                | IN eAX, uimm8                      | a=w
      EC                   | IN AL, DX                          | a=w
      ED                   | IN eAX, DX                         | a=w
      E6 ib                | OUT uimm8, AL                      | a=r
      E7 ib                | OUT uimm8, eAX                     | a=r
      EE                   | OUT DX, AL                         | a=r
      EF                   | OUT DX, eAX                        | a=r
      """;

  /** Flag control and hints. */
  static final String FLAGS =
      """
      [BASE]
      F8                   | CLC                                | w=c native
      F9                   | STC                                | w=c native
      F5                   | CMC                                | w=c t=c native
      FC                   | CLD
      FD                   | STD
      FA                   | CLI                                | system
      FB                   | STI                                | system
      NP 0F 01 CA          | CLAC                               | SMAP system privileged
      NP 0F 01 CB          | STAC                               | SMAP system privileged
      NB 90                | NOP                                | native
      NB F3 90             | PAUSE
      0F 1F /0             | NOP r/mv                           | native a=n
      0F 18 /0             | PREFETCHNTA m8                     | =NOP native a=n
      0F 18 /1             | PREFETCHT0 m8                      | =NOP native a=n
      0F 18 /2             | PREFETCHT1 m8                      | =NOP native a=n
      0F 18 /3             | PREFETCHT2 m8                      | =NOP native a=n
      0F 0D /0             | PREFETCH m8                        | =NOP native a=n
      0F 0D /1             | PREFETCHW m8                       | =NOP native a=n
      0F 0D /2             | PREFETCHWT1 m8                     | =NOP native a=n
      F3 0F 1E FA          | ENDBR64                            | =NOP native
      F3 0F 1E FB          | ENDBR32                            | =NOP native
      0F 0D /r             | NOP m8, rv                         | alias native a=nn
      0F 18 /r             | NOP r/mv, rv                       | alias native a=nn
      0F 19 /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1A /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1B /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1C /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1D /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1E /r             | NOP r/mv, rv                       | alias native a=nn
      0F 1F /r             | NOP r/mv, rv                       | alias native a=nn
      """;
}
