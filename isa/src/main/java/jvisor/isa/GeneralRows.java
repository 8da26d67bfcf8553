package jvisor.isa;

/** General-purpose instructions (SDM vol. 1, 5.1.1 to 5.1.6): data, arithmetic, shifts and bits. */
final class GeneralRows {
  private GeneralRows() {}

  /** Data transfer. */
  static final String MOVES =
      """
      [BASE native a=w]
      88 /r                | MOV r/m8, r8
      89 /r                | MOV r/mv, rv
      8A /r                | MOV r8, r/m8
      8B /r                | MOV rv, r/mv
      8C /r                | MOV rv/m16, Sreg                   | =MOV_SREG exit
      8E /r                | MOV Sreg, r/m16                    | =MOV_SREG system exit
      A0 mo                | MOV AL, moffs8                     | exit
      A1 mo                | MOV rAX, moffsv                    | exit
      A2 mo                | MOV moffs8, AL                     | exit
      A3 mo                | MOV moffsv, rAX                    | exit
      B0+r ib              | MOV r8, imm8
      B8+r iv              | MOV rv, immv
      C6 /0 ib             | MOV r/m8, imm8
      C7 /0 iz             | MOV r/mv, immz
      0F B6 /r             | MOVZX rv, r/m8
      0F B7 /r             | MOVZX rv, r/m16
      0F BE /r             | MOVSX rv, r/m8
      0F BF /r             | MOVSX rv, r/m16
      63 /r                | MOVSXD rv, r/mz                    | o64
      86 /r                | XCHG r/m8, r8                      | lock a=mm
      87 /r                | XCHG r/mv, rv                      | lock a=mm
      90+r                 | XCHG rv, rAX                       | a=mm
      0F C0 /r             | XADD r/m8, r8                      | lock w=oszapc a=mm
      0F C1 /r             | XADD r/mv, rv                      | lock w=oszapc a=mm
      0F B0 /r             | CMPXCHG r/m8, r8                   | lock w=oszapc a=m mods=AX
      0F B1 /r             | CMPXCHG r/mv, rv                   | lock w=oszapc a=m mods=AX
      0F C8+r              | BSWAP rv                           | a=m
      8D /r                | LEA rv, m                          | a=wn
      D7                   | XLATB                              | =XLAT exit uses=BX mods=AX
      NP 0F C3 /r          | MOVNTI my, ry                      | SSE2
      [CX8 native]
      0F C7 /1             | CMPXCHG8B m64                      | lock w=z uses=BX,CX mods=AX,DX
      [CX16 native o64 lock aligned]
      REX.W 0F C7 /1       | CMPXCHG16B m128                    | w=z uses=BX,CX mods=AX,DX
      [CMOV native]
      0F 40+cc /r          | CMOVcc rv, r/mv                    | t=oszpc
      [MOVBE native a=w]
      NFx 0F 38 F0 /r      | MOVBE rv, mv
      NFx 0F 38 F1 /r      | MOVBE mv, rv
      """;

  /** Stack, flags register and conversions of the accumulator. */
  static final String STACK =
      """
      [BASE]
      50+r                 | PUSH rv                            | d64 a=r mods=SP
      58+r                 | POP rv                             | d64 a=w mods=SP
      68 iz                | PUSH immz                          | d64 a=r mods=SP
      6A ib                | PUSH imm8                          | d64 a=r mods=SP
      FF /6                | PUSH r/mv                          | d64 a=r mods=SP
      8F /0                | POP r/mv                           | d64 a=w mods=SP
      06                   | PUSH ES                            | =PUSH_SREG i64 a=r mods=SP
      0E                   | PUSH CS                            | =PUSH_SREG i64 a=r mods=SP
      16                   | PUSH SS                            | =PUSH_SREG i64 a=r mods=SP
      1E                   | PUSH DS                            | =PUSH_SREG i64 a=r mods=SP
      0F A0                | PUSH FS                            | =PUSH_SREG d64 a=r mods=SP
      0F A8                | PUSH GS                            | =PUSH_SREG d64 a=r mods=SP
      07                   | POP ES                             | =POP_SREG i64 system a=w mods=SP
      17                   | POP SS                             | =POP_SREG i64 system a=w mods=SP
      1F                   | POP DS                             | =POP_SREG i64 system a=w mods=SP
      0F A1                | POP FS                             | =POP_SREG d64 system a=w mods=SP
      0F A9                | POP GS                             | =POP_SREG d64 system a=w mods=SP
      o16 60               | PUSHA                              | i64 uses=GPR sets=SP
      o32 60               | PUSHAD                             | =PUSHA i64 uses=GPR sets=SP
      o16 61               | POPA                               | i64 mods=GPR
      o32 61               | POPAD                              | =POPA i64 uses=SP sets=GPR
      o16 9C               | PUSHF                              | d64 t=oszapc mods=SP
      o32 9C               | PUSHFD                             | =PUSHF i64 t=oszapc mods=SP
      9C                   | PUSHFQ                             | =PUSHF o64 d64 t=oszapc mods=SP
      o16 9D               | POPF                               | d64 system w=oszapc mods=SP
      o32 9D               | POPFD                              | =POPF i64 system w=oszapc mods=SP
      9D                   | POPFQ                           | =POPF o64 d64 system w=oszapc mods=SP
      C8 iw ib             | ENTER uimm16, uimm8                | d64 mods=SP,BP
      C9                   | LEAVE                              | d64 mods=SP,BP
      9F                   | LAHF                               | i64 t=szapc native mods=AX
      9F                   | LAHF                               | o64 LAHF64 t=szapc native mods=AX
      9E                   | SAHF                               | i64 w=szapc native uses=AX
      9E                   | SAHF                               | o64 LAHF64 w=szapc native uses=AX
      o16 98               | CBW                                | native mods=AX
      o32 98               | CWDE                               | =CBW native mods=AX
      REX.W 98             | CDQE                               | =CBW native mods=AX
      o16 99               | CWD                                | native uses=AX mods=DX
      o32 99               | CDQ                                | =CWD native uses=AX sets=DX
      REX.W 99             | CQO                                | =CWD native uses=AX sets=DX
      """;

  /** Binary and decimal arithmetic and logic. */
  static final String ARITHMETIC =
      """
      [BASE native]
      00 /r                | ADD r/m8, r8                       | lock w=oszapc
      01 /r                | ADD r/mv, rv                       | lock w=oszapc
      02 /r                | ADD r8, r/m8                       | w=oszapc
      03 /r                | ADD rv, r/mv                       | w=oszapc
      04 ib                | ADD AL, imm8                       | w=oszapc
      05 iz                | ADD rAX, immz                      | w=oszapc
      80 /0 ib             | ADD r/m8, imm8                     | lock w=oszapc
      81 /0 iz             | ADD r/mv, immz                     | lock w=oszapc
      82 /0 ib             | ADD r/m8, imm8                     | i64 alias lock w=oszapc
      83 /0 ib             | ADD r/mv, imm8                     | lock w=oszapc
      08 /r                | OR r/m8, r8                        | lock w=oszpc u=a
      09 /r                | OR r/mv, rv                        | lock w=oszpc u=a
      0A /r                | OR r8, r/m8                        | w=oszpc u=a
      0B /r                | OR rv, r/mv                        | w=oszpc u=a
      0C ib                | OR AL, imm8                        | w=oszpc u=a
      0D iz                | OR rAX, immz                       | w=oszpc u=a
      80 /1 ib             | OR r/m8, imm8                      | lock w=oszpc u=a
      81 /1 iz             | OR r/mv, immz                      | lock w=oszpc u=a
      82 /1 ib             | OR r/m8, imm8                      | i64 alias lock w=oszpc u=a
      83 /1 ib             | OR r/mv, imm8                      | lock w=oszpc u=a
      10 /r                | ADC r/m8, r8                       | lock w=oszapc t=c
      11 /r                | ADC r/mv, rv                       | lock w=oszapc t=c
      12 /r                | ADC r8, r/m8                       | w=oszapc t=c
      13 /r                | ADC rv, r/mv                       | w=oszapc t=c
      14 ib                | ADC AL, imm8                       | w=oszapc t=c
      15 iz                | ADC rAX, immz                      | w=oszapc t=c
      80 /2 ib             | ADC r/m8, imm8                     | lock w=oszapc t=c
      81 /2 iz             | ADC r/mv, immz                     | lock w=oszapc t=c
      82 /2 ib             | ADC r/m8, imm8                     | i64 alias lock w=oszapc t=c
      83 /2 ib             | ADC r/mv, imm8                     | lock w=oszapc t=c
      18 /r                | SBB r/m8, r8                       | lock w=oszapc t=c
      19 /r                | SBB r/mv, rv                       | lock w=oszapc t=c
      1A /r                | SBB r8, r/m8                       | w=oszapc t=c
      1B /r                | SBB rv, r/mv                       | w=oszapc t=c
      1C ib                | SBB AL, imm8                       | w=oszapc t=c
      1D iz                | SBB rAX, immz                      | w=oszapc t=c
      80 /3 ib             | SBB r/m8, imm8                     | lock w=oszapc t=c
      81 /3 iz             | SBB r/mv, immz                     | lock w=oszapc t=c
      82 /3 ib             | SBB r/m8, imm8                     | i64 alias lock w=oszapc t=c
      83 /3 ib             | SBB r/mv, imm8                     | lock w=oszapc t=c
      20 /r                | AND r/m8, r8                       | lock w=oszpc u=a
      21 /r                | AND r/mv, rv                       | lock w=oszpc u=a
      22 /r                | AND r8, r/m8                       | w=oszpc u=a
      23 /r                | AND rv, r/mv                       | w=oszpc u=a
      24 ib                | AND AL, imm8                       | w=oszpc u=a
      25 iz                | AND rAX, immz                      | w=oszpc u=a
      80 /4 ib             | AND r/m8, imm8                     | lock w=oszpc u=a
      81 /4 iz             | AND r/mv, immz                     | lock w=oszpc u=a
      82 /4 ib             | AND r/m8, imm8                     | i64 alias lock w=oszpc u=a
      83 /4 ib             | AND r/mv, imm8                     | lock w=oszpc u=a
      28 /r                | SUB r/m8, r8                       | lock w=oszapc
      29 /r                | SUB r/mv, rv                       | lock w=oszapc
      2A /r                | SUB r8, r/m8                       | w=oszapc
      2B /r                | SUB rv, r/mv                       | w=oszapc
      2C ib                | SUB AL, imm8                       | w=oszapc
      2D iz                | SUB rAX, immz                      | w=oszapc
      80 /5 ib             | SUB r/m8, imm8                     | lock w=oszapc
      81 /5 iz             | SUB r/mv, immz                     | lock w=oszapc
      82 /5 ib             | SUB r/m8, imm8                     | i64 alias lock w=oszapc
      83 /5 ib             | SUB r/mv, imm8                     | lock w=oszapc
      30 /r                | XOR r/m8, r8                       | lock w=oszpc u=a
      31 /r                | XOR r/mv, rv                       | lock w=oszpc u=a
      32 /r                | XOR r8, r/m8                       | w=oszpc u=a
      33 /r                | XOR rv, r/mv                       | w=oszpc u=a
      34 ib                | XOR AL, imm8                       | w=oszpc u=a
      35 iz                | XOR rAX, immz                      | w=oszpc u=a
      80 /6 ib             | XOR r/m8, imm8                     | lock w=oszpc u=a
      81 /6 iz             | XOR r/mv, immz                     | lock w=oszpc u=a
      82 /6 ib             | XOR r/m8, imm8                     | i64 alias lock w=oszpc u=a
      83 /6 ib             | XOR r/mv, imm8                     | lock w=oszpc u=a
      38 /r                | CMP r/m8, r8                       | w=oszapc a=r
      39 /r                | CMP r/mv, rv                       | w=oszapc a=r
      3A /r                | CMP r8, r/m8                       | w=oszapc a=r
      3B /r                | CMP rv, r/mv                       | w=oszapc a=r
      3C ib                | CMP AL, imm8                       | w=oszapc a=r
      3D iz                | CMP rAX, immz                      | w=oszapc a=r
      80 /7 ib             | CMP r/m8, imm8                     | w=oszapc a=r
      81 /7 iz             | CMP r/mv, immz                     | w=oszapc a=r
      82 /7 ib             | CMP r/m8, imm8                     | i64 alias w=oszapc a=r
      83 /7 ib             | CMP r/mv, imm8                     | w=oszapc a=r
      84 /r                | TEST r/m8, r8                      | w=oszpc u=a a=r
      85 /r                | TEST r/mv, rv                      | w=oszpc u=a a=r
      A8 ib                | TEST AL, imm8                      | w=oszpc u=a a=r
      A9 iz                | TEST rAX, immz                     | w=oszpc u=a a=r
      F6 /0 ib             | TEST r/m8, imm8                    | w=oszpc u=a a=r
      F7 /0 iz             | TEST r/mv, immz                    | w=oszpc u=a a=r
      F6 /1 ib             | TEST r/m8, imm8                    | alias w=oszpc u=a a=r
      F7 /1 iz             | TEST r/mv, immz                    | alias w=oszpc u=a a=r
      F6 /2                | NOT r/m8                           | lock
      F7 /2                | NOT r/mv                           | lock
      F6 /3                | NEG r/m8                           | lock w=oszapc
      F7 /3                | NEG r/mv                           | lock w=oszapc
      F6 /4                | MUL r/m8                           | w=oc u=szap a=r mods=AX
      F7 /4                | MUL r/mv                           | w=oc u=szap a=r mods=AX,DX
      F6 /5                | IMUL r/m8                          | w=oc u=szap a=r mods=AX
      F7 /5                | IMUL r/mv                          | w=oc u=szap a=r mods=AX,DX
      0F AF /r             | IMUL rv, r/mv                      | w=oc u=szap
      69 /r iz             | IMUL rv, r/mv, immz                | w=oc u=szap a=w
      6B /r ib             | IMUL rv, r/mv, imm8                | w=oc u=szap a=w
      F6 /6                | DIV r/m8                           | u=oszapc exit a=r mods=AX
      F7 /6                | DIV r/mv                           | u=oszapc exit a=r mods=AX,DX
      F6 /7                | IDIV r/m8                          | u=oszapc exit a=r mods=AX
      F7 /7                | IDIV r/mv                          | u=oszapc exit a=r mods=AX,DX
      40+r                 | INC rv                             | i64 w=oszap
      48+r                 | DEC rv                             | i64 w=oszap
      FE /0                | INC r/m8                           | lock w=oszap
      FF /0                | INC r/mv                           | lock w=oszap
      FE /1                | DEC r/m8                           | lock w=oszap
      FF /1                | DEC r/mv                           | lock w=oszap
      27                   | DAA                                | i64 w=szapc u=o t=ac exit mods=AX
      2F                   | DAS                                | i64 w=szapc u=o t=ac exit mods=AX
      37                   | AAA                                | i64 w=ac u=oszp t=a exit mods=AX
      3F                   | AAS                                | i64 w=ac u=oszp t=a exit mods=AX
      D4 ib                | AAM uimm8                          | i64 w=szp u=oac exit mods=AX
      D5 ib                | AAD uimm8                          | i64 w=szp u=oac exit mods=AX
      D6                   | SALC                               | i64 alias t=c exit mods=AX
      [ADX native]
      66 0F 38 F6 /r       | ADCX ry, r/my                      | w=c t=c
      F3 0F 38 F6 /r       | ADOX ry, r/my                      | w=o t=o
      """;

  /** Shifts, rotates, bits and bytes. */
  static final String SHIFTS =
      """
      [BASE native]
      D0 /0                | ROL r/m8, 1                        | w=oc
      D1 /0                | ROL r/mv, 1                        | w=oc
      D2 /0                | ROL r/m8, CL                       | w=c u=o t=oc
      D3 /0                | ROL r/mv, CL                       | w=c u=o t=oc
      C0 /0 ib             | ROL r/m8, uimm8                    | w=c u=o t=oc
      C1 /0 ib             | ROL r/mv, uimm8                    | w=c u=o t=oc
      D0 /1                | ROR r/m8, 1                        | w=oc
      D1 /1                | ROR r/mv, 1                        | w=oc
      D2 /1                | ROR r/m8, CL                       | w=c u=o t=oc
      D3 /1                | ROR r/mv, CL                       | w=c u=o t=oc
      C0 /1 ib             | ROR r/m8, uimm8                    | w=c u=o t=oc
      C1 /1 ib             | ROR r/mv, uimm8                    | w=c u=o t=oc
      D0 /2                | RCL r/m8, 1                        | w=oc t=c
      D1 /2                | RCL r/mv, 1                        | w=oc t=c
      D2 /2                | RCL r/m8, CL                       | w=c u=o t=oc
      D3 /2                | RCL r/mv, CL                       | w=c u=o t=oc
      C0 /2 ib             | RCL r/m8, uimm8                    | w=c u=o t=oc
      C1 /2 ib             | RCL r/mv, uimm8                    | w=c u=o t=oc
      D0 /3                | RCR r/m8, 1                        | w=oc t=c
      D1 /3                | RCR r/mv, 1                        | w=oc t=c
      D2 /3                | RCR r/m8, CL                       | w=c u=o t=oc
      D3 /3                | RCR r/mv, CL                       | w=c u=o t=oc
      C0 /3 ib             | RCR r/m8, uimm8                    | w=c u=o t=oc
      C1 /3 ib             | RCR r/mv, uimm8                    | w=c u=o t=oc
      D0 /4                | SHL r/m8, 1                        | w=oszpc u=a
      D1 /4                | SHL r/mv, 1                        | w=oszpc u=a
      D2 /4                | SHL r/m8, CL                       | w=szpc u=oa t=oszapc
      D3 /4                | SHL r/mv, CL                       | w=szpc u=oa t=oszapc
      C0 /4 ib             | SHL r/m8, uimm8                    | w=szpc u=oa t=oszapc
      C1 /4 ib             | SHL r/mv, uimm8                    | w=szpc u=oa t=oszapc
      D0 /5                | SHR r/m8, 1                        | w=oszpc u=a
      D1 /5                | SHR r/mv, 1                        | w=oszpc u=a
      D2 /5                | SHR r/m8, CL                       | w=szpc u=oa t=oszapc
      D3 /5                | SHR r/mv, CL                       | w=szpc u=oa t=oszapc
      C0 /5 ib             | SHR r/m8, uimm8                    | w=szpc u=oa t=oszapc
      C1 /5 ib             | SHR r/mv, uimm8                    | w=szpc u=oa t=oszapc
      D0 /6                | SAL r/m8, 1                        | =SHL alias w=oszpc u=a
      D1 /6                | SAL r/mv, 1                        | =SHL alias w=oszpc u=a
      D2 /6                | SAL r/m8, CL                       | =SHL alias w=szpc u=oa t=oszapc
      D3 /6                | SAL r/mv, CL                       | =SHL alias w=szpc u=oa t=oszapc
      C0 /6 ib             | SAL r/m8, uimm8                    | =SHL alias w=szpc u=oa t=oszapc
      C1 /6 ib             | SAL r/mv, uimm8                    | =SHL alias w=szpc u=oa t=oszapc
      D0 /7                | SAR r/m8, 1                        | w=oszpc u=a
      D1 /7                | SAR r/mv, 1                        | w=oszpc u=a
      D2 /7                | SAR r/m8, CL                       | w=szpc u=oa t=oszapc
      D3 /7                | SAR r/mv, CL                       | w=szpc u=oa t=oszapc
      C0 /7 ib             | SAR r/m8, uimm8                    | w=szpc u=oa t=oszapc
      C1 /7 ib             | SAR r/mv, uimm8                    | w=szpc u=oa t=oszapc
      0F A4 /r ib          | SHLD r/mv, rv, uimm8               | w=szpc u=oa t=oszapc
      0F A5 /r             | SHLD r/mv, rv, CL                  | w=szpc u=oa t=oszapc
      0F AC /r ib          | SHRD r/mv, rv, uimm8               | w=szpc u=oa t=oszapc
      0F AD /r             | SHRD r/mv, rv, CL                  | w=szpc u=oa t=oszapc
      0F A3 /r             | BT r/mv, rv                        | w=c u=osap a=r
      0F AB /r             | BTS r/mv, rv                       | lock w=c u=osap
      0F B3 /r             | BTR r/mv, rv                       | lock w=c u=osap
      0F BB /r             | BTC r/mv, rv                       | lock w=c u=osap
      0F BA /4 ib          | BT r/mv, uimm8                     | w=c u=osap a=r
      0F BA /5 ib          | BTS r/mv, uimm8                    | lock w=c u=osap
      0F BA /6 ib          | BTR r/mv, uimm8                    | lock w=c u=osap
      0F BA /7 ib          | BTC r/mv, uimm8                    | lock w=c u=osap
      0F BC /r             | BSF rv, r/mv                       | w=z u=osapc
      0F BD /r             | BSR rv, r/mv                       | w=z u=osapc
      0F 90+cc /r          | SETcc r/m8                         | t=oszpc a=w
      [BMI1 native]
      F3 0F BC /r          | TZCNT rv, r/mv                     | w=zc u=osap a=w
      [LZCNT native]
      F3 0F BD /r          | LZCNT rv, r/mv                     | w=zc u=osap a=w
      [POPCNT native]
      F3 0F B8 /r          | POPCNT rv, r/mv                    | w=oszapc a=w
      [SSE4_2 native]
      F2 0F 38 F0 /r       | CRC32 ry, r/m8
      F2 0F 38 F1 /r       | CRC32 ry, r/mv
      """;

  /** The instructions of BMI1 and BMI2 that are encoded with VEX. */
  static final String BIT_MANIPULATION =
      """
      [BMI1 native a=w]
      VEX.LZ.0F38 F2 /r            | ANDN ry, ryV, r/my                              | w=oszc u=ap
      VEX.LZ.0F38 F3 /1            | BLSR ryV, r/my                                  | w=oszc u=ap
      VEX.LZ.0F38 F3 /2            | BLSMSK ryV, r/my                                | w=oszc u=ap
      VEX.LZ.0F38 F3 /3            | BLSI ryV, r/my                                  | w=oszc u=ap
      VEX.LZ.0F38 F7 /r            | BEXTR ry, r/my, ryV                             | w=ozc u=sap
      [BMI2 native a=w]
      VEX.LZ.0F38 F5 /r            | BZHI ry, r/my, ryV                              | w=oszc u=ap
      VEX.LZ.F2.0F38 F5 /r         | PDEP ry, ryV, r/my
      VEX.LZ.F3.0F38 F5 /r         | PEXT ry, ryV, r/my
      VEX.LZ.F2.0F38 F6 /r         | MULX ry, ryV, r/my         | a=ww uses=DX
      VEX.LZ.F2.0F3A F0 /r ib      | RORX ry, r/my, uimm8
      VEX.LZ.66.0F38 F7 /r         | SHLX ry, r/my, ryV
      VEX.LZ.F3.0F38 F7 /r         | SARX ry, r/my, ryV
      VEX.LZ.F2.0F38 F7 /r         | SHRX ry, r/my, ryV
      """;
}
