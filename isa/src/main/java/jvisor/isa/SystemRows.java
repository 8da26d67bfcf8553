package jvisor.isa;

/** Segment and system instructions (SDM vol. 1, 5.1.14 to 5.1.17 and 5.20), and caches. */
final class SystemRows {
  private SystemRows() {}

  /** Segment registers and descriptor tables. */
  static final String SEGMENTS =
      """
      [BASE system]
      C5 /r                | LDS rz, m16:z                      | i64 a=w
      C4 /r                | LES rz, m16:z                      | i64 a=w
      0F B4 /r             | LFS rv, m16:v                      | a=w
      0F B5 /r             | LGS rv, m16:v                      | a=w
      0F B2 /r             | LSS rv, m16:v                      | a=w
      0F 01 /0             | SGDT m16&p                         | a=w
      0F 01 /1             | SIDT m16&p                         | a=w
      0F 01 /2             | LGDT m16&p                         | f64 privileged a=r
      0F 01 /3             | LIDT m16&p                         | f64 privileged a=r
      0F 01 /4             | SMSW rv/m16                        | a=w
      0F 01 /6             | LMSW r/m16                         | privileged a=r
      0F 00 /0             | SLDT rv/m16                        | a=w
      0F 00 /1             | STR rv/m16                         | a=w
      0F 00 /2             | LLDT r/m16                         | privileged a=r
      0F 00 /3             | LTR r/m16                          | privileged a=r
      0F 00 /4             | VERR r/m16                         | w=z a=r
      0F 00 /5             | VERW r/m16                         | w=z a=r
      0F 02 /r             | LAR rv, r/m16                      | w=z
      0F 03 /r             | LSL rv, r/m16                      | w=z
      63 /r                | ARPL r/m16, r16                    | i64 w=z
      [FSGSBASE system]
      F3 0F AE /0          | RDFSBASE Ry                        | o64 a=w
      F3 0F AE /1          | RDGSBASE Ry                        | o64 a=w
      F3 0F AE /2          | WRFSBASE Ry                        | o64 a=r
      F3 0F AE /3          | WRGSBASE Ry                        | o64 a=r
      [LONG_MODE system]
      0F 01 F8             | SWAPGS                             | o64 privileged
      """;

  /** Control registers, identification, time, privilege transitions. */
  static final String CONTROL =
      """
      [BASE system]
      0F 20 /r             | MOV Rd/q, CRn                      | =MOV_CR anymod f64 privileged a=w
      0F 22 /r             | MOV CRn, Rd/q                      | =MOV_CR anymod f64 privileged a=w
      0F 21 /r             | MOV Rd/q, DRn                      | =MOV_DR anymod f64 privileged a=w
      0F 23 /r             | MOV DRn, Rd/q                      | =MOV_DR anymod f64 privileged a=w
      0F 06                | CLTS                               | privileged
      F4                   | HLT                                | privileged
      0F 08                | INVD                               | privileged
      0F 09                | WBINVD                             | privileged
      0F 01 /7             | INVLPG m                           | privileged a=n
      0F 32                | RDMSR                              | privileged uses=CX sets=AX,DX
      0F 30                | WRMSR                              | privileged uses=AX,CX,DX
      0F 31                | RDTSC                              | sets=AX,DX
      0F 33                | RDPMC                              | uses=CX sets=AX,DX
      0F A2                | CPUID                              | sets=BX,DX mods=AX,CX
      0F AA                | RSM
      NP 0F 01 C1          | VMCALL                             | uses=GPR sets=AX
      NP 0F 01 D9          | VMMCALL                            | uses=GPR sets=AX
      [SYSCALL system]
      0F 05                | SYSCALL                            | sets=CX,11
      0F 07                | SYSRET                             | privileged uses=CX,11
      [SYSENTER system]
      0F 34                | SYSENTER                           | sets=SP
      0F 35                | SYSEXIT                            | privileged uses=CX,DX sets=SP
      [RDTSCP system]
      0F 01 F9             | RDTSCP                             | sets=AX,CX,DX
      [RDPID system]
      F3 0F C7 /7          | RDPID Rd/q                         | f64 a=w
      [INVPCID system]
      66 0F 38 82 /r       | INVPCID rd/q, m128                 | privileged a=r
      [MONITOR system]
      NP 0F 01 C8          | MONITOR                            | privileged uses=AX,CX,DX
      NP 0F 01 C9          | MWAIT                              | privileged uses=AX,CX
      [RDRAND system]
      NFx 0F C7 /6         | RDRAND Rv                          | w=oszapc a=w
      [RDSEED system]
      NFx 0F C7 /7         | RDSEED Rv                          | w=oszapc a=w
      """;

  /** Processor state, caches and fences. */
  static final String STATE =
      """
      [FXSR system]
      NP 0F AE /0          | FXSAVE m512byte                    | a=w uses=VEC
      NP REX.W 0F AE /0    | FXSAVE64 m512byte                  | =FXSAVE a=w uses=VEC
      NP 0F AE /1          | FXRSTOR m512byte                   | a=r mods=VEC
      NP REX.W 0F AE /1    | FXRSTOR64 m512byte                 | =FXRSTOR a=r mods=VEC
      [XSAVE system]
      NP 0F 01 D0          | XGETBV                             | uses=CX sets=AX,DX
      NP 0F 01 D1          | XSETBV                             | privileged uses=AX,CX,DX
      NP 0F AE /4          | XSAVE m                            | uses=AX,DX,VEC
      NP REX.W 0F AE /4    | XSAVE64 m                          | =XSAVE uses=AX,DX,VEC
      NP 0F AE /5          | XRSTOR m                           | a=r uses=AX,DX mods=VEC
      NP REX.W 0F AE /5    | XRSTOR64 m                         | =XRSTOR a=r uses=AX,DX mods=VEC
      [XSAVEOPT system]
      NP 0F AE /6          | XSAVEOPT m                         | uses=AX,DX,VEC
      NP REX.W 0F AE /6    | XSAVEOPT64 m                       | =XSAVEOPT uses=AX,DX,VEC
      [XSAVEC system]
      NP 0F C7 /4          | XSAVEC m                           | uses=AX,DX,VEC
      NP REX.W 0F C7 /4    | XSAVEC64 m                         | =XSAVEC uses=AX,DX,VEC
      [XSAVES system privileged]
      NP 0F C7 /5          | XSAVES m                           | uses=AX,DX,VEC
      NP REX.W 0F C7 /5    | XSAVES64 m                         | =XSAVES uses=AX,DX,VEC
      NP 0F C7 /3          | XRSTORS m                          | a=r uses=AX,DX mods=VEC
      NP REX.W 0F C7 /3    | XRSTORS64 m                        | =XRSTORS a=r uses=AX,DX mods=VEC
      [CLFLUSH]
      NP 0F AE /7          | CLFLUSH m8                         | a=n
      [CLFLUSHOPT]
      66 0F AE /7          | CLFLUSHOPT m8                      | a=n
      [CLWB]
      66 0F AE /6          | CLWB m8                            | a=n
      [SSE native]
      NP 0F AE F8+i        | SFENCE
      [SSE2 native]
      NP 0F AE E8+i        | LFENCE
      NP 0F AE F0+i        | MFENCE
      """;
}
