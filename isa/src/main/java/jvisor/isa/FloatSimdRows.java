package jvisor.isa;

/** The floating-point half of SSE and SSE2 (SDM vol. 1, 5.5 and 5.6). */
final class FloatSimdRows {
  private FloatSimdRows() {}

  /** SSE. */
  static final String SINGLE =
      """
      [SSE native]
      NP 0F 10 /r          | MOVUPS xmm1, xmm2/m128             | a=w
      NP 0F 11 /r          | MOVUPS xmm2/m128, xmm1             | a=w
      NP 0F 28 /r          | MOVAPS xmm1, xmm2/m128             | aligned a=w
      NP 0F 29 /r          | MOVAPS xmm2/m128, xmm1             | aligned a=w
      F3 0F 10 /r          | MOVSS xmm1, xmm2/m32
      F3 0F 11 /r          | MOVSS xmm2/m32, xmm1               | a=p
      NP 0F 12 /r          | MOVHLPS xmm1, xmm2
      NP 0F 12 /r          | MOVLPS xmm1, m64
      NP 0F 13 /r          | MOVLPS m64, xmm1                   | a=w
      NP 0F 16 /r          | MOVLHPS xmm1, xmm2
      NP 0F 16 /r          | MOVHPS xmm1, m64
      NP 0F 17 /r          | MOVHPS m64, xmm1                   | a=w
      NP 0F 2B /r          | MOVNTPS m128, xmm1                 | aligned a=w
      NP 0F 50 /r          | MOVMSKPS r32, xmm2                 | a=w
      NP 0F 51 /r          | SQRTPS xmm1, xmm2/m128             | aligned a=w
      F3 0F 51 /r          | SQRTSS xmm1, xmm2/m32
      NP 0F 58 /r          | ADDPS xmm1, xmm2/m128              | aligned
      F3 0F 58 /r          | ADDSS xmm1, xmm2/m32
      NP 0F 59 /r          | MULPS xmm1, xmm2/m128              | aligned
      F3 0F 59 /r          | MULSS xmm1, xmm2/m32
      NP 0F 5C /r          | SUBPS xmm1, xmm2/m128              | aligned
      F3 0F 5C /r          | SUBSS xmm1, xmm2/m32
      NP 0F 5D /r          | MINPS xmm1, xmm2/m128              | aligned
      F3 0F 5D /r          | MINSS xmm1, xmm2/m32
      NP 0F 5E /r          | DIVPS xmm1, xmm2/m128              | aligned
      F3 0F 5E /r          | DIVSS xmm1, xmm2/m32
      NP 0F 5F /r          | MAXPS xmm1, xmm2/m128              | aligned
      F3 0F 5F /r          | MAXSS xmm1, xmm2/m32
      NP 0F 52 /r          | RSQRTPS xmm1, xmm2/m128            | aligned a=w
      F3 0F 52 /r          | RSQRTSS xmm1, xmm2/m32
      NP 0F 53 /r          | RCPPS xmm1, xmm2/m128              | aligned a=w
      F3 0F 53 /r          | RCPSS xmm1, xmm2/m32
      NP 0F 54 /r          | ANDPS xmm1, xmm2/m128              | aligned
      NP 0F 55 /r          | ANDNPS xmm1, xmm2/m128             | aligned
      NP 0F 56 /r          | ORPS xmm1, xmm2/m128               | aligned
      NP 0F 57 /r          | XORPS xmm1, xmm2/m128              | aligned
      NP 0F 14 /r          | UNPCKLPS xmm1, xmm2/m128           | aligned
      NP 0F 15 /r          | UNPCKHPS xmm1, xmm2/m128           | aligned
      NP 0F C6 /r ib       | SHUFPS xmm1, xmm2/m128, uimm8      | aligned
      NP 0F C2 /r ib       | CMPPS xmm1, xmm2/m128, uimm8       | aligned
      F3 0F C2 /r ib       | CMPSS xmm1, xmm2/m32, uimm8
      NP 0F 2E /r          | UCOMISS xmm1, xmm2/m32             | w=oszapc a=r
      NP 0F 2F /r          | COMISS xmm1, xmm2/m32              | w=oszapc a=r
      NP 0F 2A /r          | CVTPI2PS xmm1, mm2/m64
      F3 0F 2A /r          | CVTSI2SS xmm1, r/my
      NP 0F 2C /r          | CVTTPS2PI mm1, xmm2/m64            | a=w
      F3 0F 2C /r          | CVTTSS2SI ry, xmm2/m32             | a=w
      NP 0F 2D /r          | CVTPS2PI mm1, xmm2/m64             | a=w
      F3 0F 2D /r          | CVTSS2SI ry, xmm2/m32              | a=w
      NP 0F AE /2          | LDMXCSR m32                        | exit a=r
      NP 0F AE /3          | STMXCSR m32                        | exit a=w
      """;

  /** SSE2. */
  static final String DOUBLE =
      """
      [SSE2 native]
      66 0F 10 /r          | MOVUPD xmm1, xmm2/m128             | a=w
      66 0F 11 /r          | MOVUPD xmm2/m128, xmm1             | a=w
      66 0F 28 /r          | MOVAPD xmm1, xmm2/m128             | aligned a=w
      66 0F 29 /r          | MOVAPD xmm2/m128, xmm1             | aligned a=w
      F2 0F 10 /r          | MOVSD xmm1, xmm2/m64               | =MOVSD_XMM
      F2 0F 11 /r          | MOVSD xmm2/m64, xmm1               | =MOVSD_XMM a=p
      66 0F 12 /r          | MOVLPD xmm1, m64
      66 0F 13 /r          | MOVLPD m64, xmm1                   | a=w
      66 0F 16 /r          | MOVHPD xmm1, m64
      66 0F 17 /r          | MOVHPD m64, xmm1                   | a=w
      66 0F 2B /r          | MOVNTPD m128, xmm1                 | aligned a=w
      66 0F 50 /r          | MOVMSKPD r32, xmm2                 | a=w
      66 0F 51 /r          | SQRTPD xmm1, xmm2/m128             | aligned a=w
      F2 0F 51 /r          | SQRTSD xmm1, xmm2/m64
      66 0F 58 /r          | ADDPD xmm1, xmm2/m128              | aligned
      F2 0F 58 /r          | ADDSD xmm1, xmm2/m64
      66 0F 59 /r          | MULPD xmm1, xmm2/m128              | aligned
      F2 0F 59 /r          | MULSD xmm1, xmm2/m64
      66 0F 5C /r          | SUBPD xmm1, xmm2/m128              | aligned
      F2 0F 5C /r          | SUBSD xmm1, xmm2/m64
      66 0F 5D /r          | MINPD xmm1, xmm2/m128              | aligned
      F2 0F 5D /r          | MINSD xmm1, xmm2/m64
      66 0F 5E /r          | DIVPD xmm1, xmm2/m128              | aligned
      F2 0F 5E /r          | DIVSD xmm1, xmm2/m64
      66 0F 5F /r          | MAXPD xmm1, xmm2/m128              | aligned
      F2 0F 5F /r          | MAXSD xmm1, xmm2/m64
      66 0F 54 /r          | ANDPD xmm1, xmm2/m128              | aligned
      66 0F 55 /r          | ANDNPD xmm1, xmm2/m128             | aligned
      66 0F 56 /r          | ORPD xmm1, xmm2/m128               | aligned
      66 0F 57 /r          | XORPD xmm1, xmm2/m128              | aligned
      66 0F 14 /r          | UNPCKLPD xmm1, xmm2/m128           | aligned
      66 0F 15 /r          | UNPCKHPD xmm1, xmm2/m128           | aligned
      66 0F C6 /r ib       | SHUFPD xmm1, xmm2/m128, uimm8      | aligned
      66 0F C2 /r ib       | CMPPD xmm1, xmm2/m128, uimm8       | aligned
      F2 0F C2 /r ib       | CMPSD xmm1, xmm2/m64, uimm8        | =CMPSD_XMM
      66 0F 2E /r          | UCOMISD xmm1, xmm2/m64             | w=oszapc a=r
      66 0F 2F /r          | COMISD xmm1, xmm2/m64              | w=oszapc a=r
      66 0F 2A /r          | CVTPI2PD xmm1, mm2/m64             | a=w
      F2 0F 2A /r          | CVTSI2SD xmm1, r/my
      66 0F 2C /r          | CVTTPD2PI mm1, xmm2/m128           | aligned a=w
      F2 0F 2C /r          | CVTTSD2SI ry, xmm2/m64             | a=w
      66 0F 2D /r          | CVTPD2PI mm1, xmm2/m128            | aligned a=w
      F2 0F 2D /r          | CVTSD2SI ry, xmm2/m64              | a=w
      NP 0F 5A /r          | CVTPS2PD xmm1, xmm2/m64            | a=w
      66 0F 5A /r          | CVTPD2PS xmm1, xmm2/m128           | aligned a=w
      F3 0F 5A /r          | CVTSS2SD xmm1, xmm2/m32
      F2 0F 5A /r          | CVTSD2SS xmm1, xmm2/m64
      NP 0F 5B /r          | CVTDQ2PS xmm1, xmm2/m128           | aligned a=w
      66 0F 5B /r          | CVTPS2DQ xmm1, xmm2/m128           | aligned a=w
      F3 0F 5B /r          | CVTTPS2DQ xmm1, xmm2/m128          | aligned a=w
      F3 0F E6 /r          | CVTDQ2PD xmm1, xmm2/m64            | a=w
      F2 0F E6 /r          | CVTPD2DQ xmm1, xmm2/m128           | aligned a=w
      66 0F E6 /r          | CVTTPD2DQ xmm1, xmm2/m128          | aligned a=w
      """;
}
