package jvisor.isa;

/** Segment and system instructions (SDM vol. 1, 5.1.14 to 5.1.17 and 5.20), and caches. */
final class SystemRows {
  private SystemRows() {}

  /** Segment registers and descriptor tables. */
  static final String SEGMENTS =
      """
      [BASE system]
      C5 /r                | LDS rz, m16:z                      | i64
      C4 /r                | LES rz, m16:z                      | i64
      0F B4 /r             | LFS rv, m16:v
      0F B5 /r             | LGS rv, m16:v
      0F B2 /r             | LSS rv, m16:v
      0F 01 /0             | SGDT m16&p
      0F 01 /1             | SIDT m16&p
      0F 01 /2             | LGDT m16&p                         | f64 privileged
      0F 01 /3             | LIDT m16&p                         | f64 privileged
      0F 01 /4             | SMSW rv/m16
      0F 01 /6             | LMSW r/m16                         | privileged
      0F 00 /0             | SLDT rv/m16
      0F 00 /1             | STR rv/m16
      0F 00 /2             | LLDT r/m16                         | privileged
      0F 00 /3             | LTR r/m16                          | privileged
      0F 00 /4             | VERR r/m16                         | w=z
      0F 00 /5             | VERW r/m16                         | w=z
      0F 02 /r             | LAR rv, r/m16                      | w=z
      0F 03 /r             | LSL rv, r/m16                      | w=z
      63 /r                | ARPL r/m16, r16                    | i64 w=z
      [FSGSBASE system]
      F3 0F AE /0          | RDFSBASE Ry                        | o64
      F3 0F AE /1          | RDGSBASE Ry                        | o64
      F3 0F AE /2          | WRFSBASE Ry                        | o64
      F3 0F AE /3          | WRGSBASE Ry                        | o64
      [LONG_MODE system]
      0F 01 F8             | SWAPGS                             | o64 privileged
      """;

  /** Control registers, identification, time, privilege transitions. */
  static final String CONTROL =
      """
      [BASE system]
      0F 20 /r             | MOV Rd/q, CRn                      | =MOV_CR anymod f64 privileged
      0F 22 /r             | MOV CRn, Rd/q                      | =MOV_CR anymod f64 privileged
      0F 21 /r             | MOV Rd/q, DRn                      | =MOV_DR anymod f64 privileged
      0F 23 /r             | MOV DRn, Rd/q                      | =MOV_DR anymod f64 privileged
      0F 06                | CLTS                               | privileged
      F4                   | HLT                                | privileged
      0F 08                | INVD                               | privileged
      0F 09                | WBINVD                             | privileged
      0F 01 /7             | INVLPG m                           | privileged
      0F 32                | RDMSR                              | privileged
      0F 30                | WRMSR                              | privileged
      0F 31                | RDTSC
      0F 33                | RDPMC
      0F A2                | CPUID
      0F AA                | RSM
      NP 0F 01 C1          | VMCALL
      NP 0F 01 D9          | VMMCALL
      [SYSCALL system]
      0F 05                | SYSCALL
      0F 07                | SYSRET                             | privileged
      [SYSENTER system]
      0F 34                | SYSENTER
      0F 35                | SYSEXIT                            | privileged
      [RDTSCP system]
      0F 01 F9             | RDTSCP
      [RDPID system]
      F3 0F C7 /7          | RDPID Rd/q                         | f64
      [INVPCID system]
      66 0F 38 82 /r       | INVPCID rd/q, m128                 | privileged
      [MONITOR system]
      NP 0F 01 C8          | MONITOR                            | privileged
      NP 0F 01 C9          | MWAIT                              | privileged
      [RDRAND system]
      NFx 0F C7 /6         | RDRAND Rv                          | w=oszapc
      [RDSEED system]
      NFx 0F C7 /7         | RDSEED Rv                          | w=oszapc
      """;

  /** Processor state, caches and fences. */
  static final String STATE =
      """
      [FXSR system]
      NP 0F AE /0          | FXSAVE m512byte
      NP REX.W 0F AE /0    | FXSAVE64 m512byte                  | =FXSAVE
      NP 0F AE /1          | FXRSTOR m512byte
      NP REX.W 0F AE /1    | FXRSTOR64 m512byte                 | =FXRSTOR
      [XSAVE system]
      NP 0F 01 D0          | XGETBV
      NP 0F 01 D1          | XSETBV                             | privileged
      NP 0F AE /4          | XSAVE m
      NP REX.W 0F AE /4    | XSAVE64 m                          | =XSAVE
      NP 0F AE /5          | XRSTOR m
      NP REX.W 0F AE /5    | XRSTOR64 m                         | =XRSTOR
      [XSAVEOPT system]
      NP 0F AE /6          | XSAVEOPT m
      NP REX.W 0F AE /6    | XSAVEOPT64 m                       | =XSAVEOPT
      [XSAVEC system]
      NP 0F C7 /4          | XSAVEC m
      NP REX.W 0F C7 /4    | XSAVEC64 m                         | =XSAVEC
      [XSAVES system]
      NP 0F C7 /5          | XSAVES m                           | privileged
      NP REX.W 0F C7 /5    | XSAVES64 m                         | =XSAVES privileged
      NP 0F C7 /3          | XRSTORS m                          | privileged
      NP REX.W 0F C7 /3    | XRSTORS64 m                        | =XRSTORS privileged
      [CLFLUSH]
      NP 0F AE /7          | CLFLUSH m8
      [CLFLUSHOPT]
      66 0F AE /7          | CLFLUSHOPT m8
      [CLWB]
      66 0F AE /6          | CLWB m8
      [SSE native]
      NP 0F AE F8+i        | SFENCE
      [SSE2 native]
      NP 0F AE E8+i        | LFENCE
      NP 0F AE F0+i        | MFENCE
      """;
}
