package jvisor.isa;

/** x87 FPU instructions (SDM vol. 1, 5.2). */
final class X87Rows {
  private X87Rows() {}

  /** Data transfer and constants. */
  static final String MOVES =
      """
      [FPU native]
      D9 /0                | FLD m32fp                          | a=r
      DD /0                | FLD m64fp                          | a=r
      DB /5                | FLD m80fp                          | a=r
      D9 C0+i              | FLD ST(i)                          | a=r
      D9 /2                | FST m32fp                          | a=w
      DD /2                | FST m64fp                          | a=w
      DD D0+i              | FST ST(i)                          | a=w
      D9 /3                | FSTP m32fp                         | a=w
      DD /3                | FSTP m64fp                         | a=w
      DB /7                | FSTP m80fp                         | a=w
      DD D8+i              | FSTP ST(i)                         | a=w
      D9 D8+i              | FSTP ST(i)                         | alias exit a=w
      DF D0+i              | FSTP ST(i)                         | alias exit a=w
      DF D8+i              | FSTP ST(i)                         | alias exit a=w
      DF /0                | FILD m16int                        | a=r
      DB /0                | FILD m32int                        | a=r
      DF /5                | FILD m64int                        | a=r
      DF /2                | FIST m16int                        | a=w
      DB /2                | FIST m32int                        | a=w
      DF /3                | FISTP m16int                       | a=w
      DB /3                | FISTP m32int                       | a=w
      DF /7                | FISTP m64int                       | a=w
      DF /1                | FISTTP m16int                      | SSE3 a=w
      DB /1                | FISTTP m32int                      | SSE3 a=w
      DD /1                | FISTTP m64int                      | SSE3 a=w
      DF /4                | FBLD m80bcd                        | a=r
      DF /6                | FBSTP m80bcd                       | a=w
      D9 C8+i              | FXCH ST(i)
      DD C8+i              | FXCH ST(i)                         | alias exit
      DF C8+i              | FXCH ST(i)                         | alias exit
      DA C0+i              | FCMOVB ST(0), ST(i)                | CMOV t=c
      DA C8+i              | FCMOVE ST(0), ST(i)                | CMOV t=z
      DA D0+i              | FCMOVBE ST(0), ST(i)               | CMOV t=zc
      DA D8+i              | FCMOVU ST(0), ST(i)                | CMOV t=p
      DB C0+i              | FCMOVNB ST(0), ST(i)               | CMOV t=c
      DB C8+i              | FCMOVNE ST(0), ST(i)               | CMOV t=z
      DB D0+i              | FCMOVNBE ST(0), ST(i)              | CMOV t=zc
      DB D8+i              | FCMOVNU ST(0), ST(i)               | CMOV t=p
      D9 E8                | FLD1
      D9 E9                | FLDL2T
      D9 EA                | FLDL2E
      D9 EB                | FLDPI
      D9 EC                | FLDLG2
      D9 ED                | FLDLN2
      D9 EE                | FLDZ
      """;

  /** Arithmetic, comparison and transcendentals. */
  static final String ARITHMETIC =
      """
      [FPU native]
      D8 /0                | FADD m32fp                         | a=r
      DC /0                | FADD m64fp                         | a=r
      D8 C0+i              | FADD ST(0), ST(i)
      DC C0+i              | FADD ST(i), ST(0)
      DE C0+i              | FADDP ST(i), ST(0)
      DA /0                | FIADD m32int                       | a=r
      DE /0                | FIADD m16int                       | a=r
      D8 /1                | FMUL m32fp                         | a=r
      DC /1                | FMUL m64fp                         | a=r
      D8 C8+i              | FMUL ST(0), ST(i)
      DC C8+i              | FMUL ST(i), ST(0)
      DE C8+i              | FMULP ST(i), ST(0)
      DA /1                | FIMUL m32int                       | a=r
      DE /1                | FIMUL m16int                       | a=r
      D8 /4                | FSUB m32fp                         | a=r
      DC /4                | FSUB m64fp                         | a=r
      D8 E0+i              | FSUB ST(0), ST(i)
      DC E8+i              | FSUB ST(i), ST(0)
      DE E8+i              | FSUBP ST(i), ST(0)
      DA /4                | FISUB m32int                       | a=r
      DE /4                | FISUB m16int                       | a=r
      D8 /5                | FSUBR m32fp                        | a=r
      DC /5                | FSUBR m64fp                        | a=r
      D8 E8+i              | FSUBR ST(0), ST(i)
      DC E0+i              | FSUBR ST(i), ST(0)
      DE E0+i              | FSUBRP ST(i), ST(0)
      DA /5                | FISUBR m32int                      | a=r
      DE /5                | FISUBR m16int                      | a=r
      D8 /6                | FDIV m32fp                         | a=r
      DC /6                | FDIV m64fp                         | a=r
      D8 F0+i              | FDIV ST(0), ST(i)
      DC F8+i              | FDIV ST(i), ST(0)
      DE F8+i              | FDIVP ST(i), ST(0)
      DA /6                | FIDIV m32int                       | a=r
      DE /6                | FIDIV m16int                       | a=r
      D8 /7                | FDIVR m32fp                        | a=r
      DC /7                | FDIVR m64fp                        | a=r
      D8 F8+i              | FDIVR ST(0), ST(i)
      DC F0+i              | FDIVR ST(i), ST(0)
      DE F0+i              | FDIVRP ST(i), ST(0)
      DA /7                | FIDIVR m32int                      | a=r
      DE /7                | FIDIVR m16int                      | a=r
      D8 /2                | FCOM m32fp                         | a=r
      DC /2                | FCOM m64fp                         | a=r
      D8 D0+i              | FCOM ST(i)                         | a=r
      DC D0+i              | FCOM ST(i)                         | alias exit a=r
      D8 /3                | FCOMP m32fp                        | a=r
      DC /3                | FCOMP m64fp                        | a=r
      D8 D8+i              | FCOMP ST(i)                        | a=r
      DC D8+i              | FCOMP ST(i)                        | alias exit a=r
      DE D0+i              | FCOMP ST(i)                        | alias exit a=r
      DE D9                | FCOMPP
      DA /2                | FICOM m32int                       | a=r
      DE /2                | FICOM m16int                       | a=r
      DA /3                | FICOMP m32int                      | a=r
      DE /3                | FICOMP m16int                      | a=r
      DD E0+i              | FUCOM ST(i)                        | a=r
      DD E8+i              | FUCOMP ST(i)                       | a=r
      DA E9                | FUCOMPP
      DB F0+i              | FCOMI ST(0), ST(i)                 | CMOV w=oszapc a=r
      DF F0+i              | FCOMIP ST(0), ST(i)                | CMOV w=oszapc a=r
      DB E8+i              | FUCOMI ST(0), ST(i)                | CMOV w=oszapc a=r
      DF E8+i              | FUCOMIP ST(0), ST(i)               | CMOV w=oszapc a=r
      D9 E0                | FCHS
      D9 E1                | FABS
      D9 E4                | FTST
      D9 E5                | FXAM
      D9 F0                | F2XM1
      D9 F1                | FYL2X
      D9 F2                | FPTAN
      D9 F3                | FPATAN
      D9 F4                | FXTRACT
      D9 F5                | FPREM1
      D9 F8                | FPREM
      D9 F9                | FYL2XP1
      D9 FA                | FSQRT
      D9 FB                | FSINCOS
      D9 FC                | FRNDINT
      D9 FD                | FSCALE
      D9 FE                | FSIN
      D9 FF                | FCOS
      """;

  /** Control. */
  static final String CONTROL =
      """
      [FPU]
      D9 F6                | FDECSTP                            | native
      D9 F7                | FINCSTP                            | native
      DD C0+i              | FFREE ST(i)                        | native a=n
      DF C0+i              | FFREEP ST(i)                       | alias a=n
      DB E3                | FNINIT
      DB E2                | FNCLEX                             | native
      D9 /5                | FLDCW m2byte                       | native a=r
      D9 /7                | FNSTCW m2byte                      | native a=w
      D9 /4                | FLDENV m14/28byte                  | a=r
      D9 /6                | FNSTENV m14/28byte                 | a=w
      DD /4                | FRSTOR m94/108byte                 | a=r
      DD /6                | FNSAVE m94/108byte                 | a=w
      DD /7                | FNSTSW m2byte                      | native a=w
      DF E0                | FNSTSW AX                          | native a=w
      D9 D0                | FNOP                               | native
      DB E0                | FNENI                              | =FNOP alias
      DB E1                | FNDISI                             | =FNOP alias
      DB E4                | FNSETPM                            | =FNOP alias
      9B                   | WAIT                               | BASE native
      """;
}
