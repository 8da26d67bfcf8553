package jvisor.isa;

/** The floating-point half of AVX, and F16C (SDM vol. 1, 5.13 and 5.14). */
final class AvxRows {
  private AvxRows() {}

  /** Moves, loads and stores, of whole vectors and of parts. */
  static final String MOVES =
      """
      [AVX native a=w]
      VEX.x.0F.WIG 10 /r           | VMOVUPS xymm1, xymm2/mx
      VEX.x.0F.WIG 11 /r           | VMOVUPS xymm2/mx, xymm1
      VEX.x.0F.WIG 28 /r           | VMOVAPS xymm1, xymm2/mx                         | aligned
      VEX.x.0F.WIG 29 /r           | VMOVAPS xymm2/mx, xymm1                         | aligned
      VEX.x.0F.WIG 2B /r           | VMOVNTPS mx, xymm1                              | aligned
      VEX.x.0F.WIG 50 /r           | VMOVMSKPS r32, xymm2
      VEX.x.66.0F.WIG 10 /r        | VMOVUPD xymm1, xymm2/mx
      VEX.x.66.0F.WIG 11 /r        | VMOVUPD xymm2/mx, xymm1
      VEX.x.66.0F.WIG 28 /r        | VMOVAPD xymm1, xymm2/mx                         | aligned
      VEX.x.66.0F.WIG 29 /r        | VMOVAPD xymm2/mx, xymm1                         | aligned
      VEX.x.66.0F.WIG 2B /r        | VMOVNTPD mx, xymm1                              | aligned
      VEX.x.66.0F.WIG 50 /r        | VMOVMSKPD r32, xymm2
      VEX.LIG.F3.0F.WIG 10 /r      | VMOVSS xmm1, xmmV, xmm2
      VEX.LIG.F3.0F.WIG 10 /r      | VMOVSS xmm1, m32
      VEX.LIG.F3.0F.WIG 11 /r      | VMOVSS xmm2, xmmV, xmm1
      VEX.LIG.F3.0F.WIG 11 /r      | VMOVSS m32, xmm1
      VEX.LIG.F2.0F.WIG 10 /r      | VMOVSD xmm1, xmmV, xmm2
      VEX.LIG.F2.0F.WIG 10 /r      | VMOVSD xmm1, m64
      VEX.LIG.F2.0F.WIG 11 /r      | VMOVSD xmm2, xmmV, xmm1
      VEX.LIG.F2.0F.WIG 11 /r      | VMOVSD m64, xmm1
      VEX.128.0F.WIG 12 /r         | VMOVHLPS xmm1, xmmV, xmm2
      VEX.128.0F.WIG 12 /r         | VMOVLPS xmm1, xmmV, m64
      VEX.128.0F.WIG 13 /r         | VMOVLPS m64, xmm1
      VEX.128.0F.WIG 16 /r         | VMOVLHPS xmm1, xmmV, xmm2
      VEX.128.0F.WIG 16 /r         | VMOVHPS xmm1, xmmV, m64
      VEX.128.0F.WIG 17 /r         | VMOVHPS m64, xmm1
      VEX.128.66.0F.WIG 12 /r      | VMOVLPD xmm1, xmmV, m64
      VEX.128.66.0F.WIG 13 /r      | VMOVLPD m64, xmm1
      VEX.128.66.0F.WIG 16 /r      | VMOVHPD xmm1, xmmV, m64
      VEX.128.66.0F.WIG 17 /r      | VMOVHPD m64, xmm1
      VEX.128.F2.0F.WIG 12 /r      | VMOVDDUP xmm1, xmm2/m64
      VEX.256.F2.0F.WIG 12 /r      | VMOVDDUP ymm1, ymm2/m256
      VEX.x.F3.0F.WIG 12 /r        | VMOVSLDUP xymm1, xymm2/mx
      VEX.x.F3.0F.WIG 16 /r        | VMOVSHDUP xymm1, xymm2/mx
      VEX.128.66.0F.WIG 6E /r      | VMOVD xmm1, r/m32
      VEX.128.66.0F.W1 6E /r       | VMOVQ xmm1, r/m64                               | o64
      VEX.128.66.0F.WIG 7E /r      | VMOVD r/m32, xmm1
      VEX.128.66.0F.W1 7E /r       | VMOVQ r/m64, xmm1                               | o64
      VEX.128.F3.0F.WIG 7E /r      | VMOVQ xmm1, xmm2/m64
      VEX.128.66.0F.WIG D6 /r      | VMOVQ xmm2/m64, xmm1
      VEX.x.66.0F.WIG 6F /r        | VMOVDQA xymm1, xymm2/mx                         | aligned
      VEX.x.66.0F.WIG 7F /r        | VMOVDQA xymm2/mx, xymm1                         | aligned
      VEX.x.F3.0F.WIG 6F /r        | VMOVDQU xymm1, xymm2/mx
      VEX.x.F3.0F.WIG 7F /r        | VMOVDQU xymm2/mx, xymm1
      VEX.x.F2.0F.WIG F0 /r        | VLDDQU xymm1, mx
      VEX.x.66.0F.WIG E7 /r        | VMOVNTDQ mx, xymm1                              | aligned
      VEX.x.66.0F38.WIG 2A /r      | VMOVNTDQA xymm1, mx                             | AVX/AVX2 aligned
      VEX.128.66.0F.WIG F7 /r      | VMASKMOVDQU xmm1, xmm2                       | exit a=r uses=DI
      VEX.x.66.0F38.W0 2C /r       | VMASKMOVPS xymm1, xymmV, mx                     | exit
      VEX.x.66.0F38.W0 2D /r       | VMASKMOVPD xymm1, xymmV, mx                     | exit
      VEX.x.66.0F38.W0 2E /r       | VMASKMOVPS mx, xymmV, xymm1                     | exit
      VEX.x.66.0F38.W0 2F /r       | VMASKMOVPD mx, xymmV, xymm1                     | exit
      VEX.x.66.0F38.W0 18 /r       | VBROADCASTSS xymm1, m32
      VEX.256.66.0F38.W0 19 /r     | VBROADCASTSD ymm1, m64
      VEX.256.66.0F38.W0 1A /r     | VBROADCASTF128 ymm1, m128
      VEX.256.66.0F3A.W0 18 /r ib  | VINSERTF128 ymm1, ymmV, xmm2/m128, uimm8
      VEX.256.66.0F3A.W0 19 /r ib  | VEXTRACTF128 xmm2/m128, ymm1, uimm8
      VEX.128.66.0F3A.WIG 17 /r ib | VEXTRACTPS r/m32, xmm1, uimm8
      VEX.128.66.0F3A.WIG 21 /r ib | VINSERTPS xmm1, xmmV, xmm2/m32, uimm8
      VEX.128.0F.WIG 77            | VZEROUPPER                                      | mods=VEC
      VEX.256.0F.WIG 77            | VZEROALL                                        | sets=VEC
      VEX.LZ.0F.WIG AE /2          | VLDMXCSR m32                                    | exit a=r
      VEX.LZ.0F.WIG AE /3          | VSTMXCSR m32                                    | exit
      """;

  /** Arithmetic, logic, comparison and permutation. */
  static final String ARITHMETIC =
      """
      [AVX native a=w]
      VEX.x.0F.WIG 58 /r           | VADDPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 58 /r        | VADDPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 58 /r      | VADDSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 58 /r      | VADDSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 59 /r           | VMULPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 59 /r        | VMULPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 59 /r      | VMULSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 59 /r      | VMULSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 5C /r           | VSUBPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 5C /r        | VSUBPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 5C /r      | VSUBSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 5C /r      | VSUBSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 5D /r           | VMINPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 5D /r        | VMINPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 5D /r      | VMINSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 5D /r      | VMINSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 5E /r           | VDIVPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 5E /r        | VDIVPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 5E /r      | VDIVSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 5E /r      | VDIVSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 5F /r           | VMAXPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 5F /r        | VMAXPD xymm1, xymmV, xymm2/mx
      VEX.LIG.F3.0F.WIG 5F /r      | VMAXSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 5F /r      | VMAXSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 51 /r           | VSQRTPS xymm1, xymm2/mx
      VEX.x.66.0F.WIG 51 /r        | VSQRTPD xymm1, xymm2/mx
      VEX.LIG.F3.0F.WIG 51 /r      | VSQRTSS xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 51 /r      | VSQRTSD xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 52 /r           | VRSQRTPS xymm1, xymm2/mx
      VEX.LIG.F3.0F.WIG 52 /r      | VRSQRTSS xmm1, xmmV, xmm2/m32
      VEX.x.0F.WIG 53 /r           | VRCPPS xymm1, xymm2/mx
      VEX.LIG.F3.0F.WIG 53 /r      | VRCPSS xmm1, xmmV, xmm2/m32
      VEX.x.0F.WIG 54 /r           | VANDPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 54 /r        | VANDPD xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG 55 /r           | VANDNPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 55 /r        | VANDNPD xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG 56 /r           | VORPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 56 /r        | VORPD xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG 57 /r           | VXORPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 57 /r        | VXORPD xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG 14 /r           | VUNPCKLPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 14 /r        | VUNPCKLPD xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG 15 /r           | VUNPCKHPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 15 /r        | VUNPCKHPD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 7C /r        | VHADDPD xymm1, xymmV, xymm2/mx
      VEX.x.F2.0F.WIG 7C /r        | VHADDPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 7D /r        | VHSUBPD xymm1, xymmV, xymm2/mx
      VEX.x.F2.0F.WIG 7D /r        | VHSUBPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D0 /r        | VADDSUBPD xymm1, xymmV, xymm2/mx
      VEX.x.F2.0F.WIG D0 /r        | VADDSUBPS xymm1, xymmV, xymm2/mx
      VEX.x.0F.WIG C2 /r ib        | VCMPPS xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F.WIG C2 /r ib     | VCMPPD xymm1, xymmV, xymm2/mx, uimm8
      VEX.LIG.F3.0F.WIG C2 /r ib   | VCMPSS xmm1, xmmV, xmm2/m32, uimm8
      VEX.LIG.F2.0F.WIG C2 /r ib   | VCMPSD xmm1, xmmV, xmm2/m64, uimm8
      VEX.x.0F.WIG C6 /r ib        | VSHUFPS xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F.WIG C6 /r ib     | VSHUFPD xymm1, xymmV, xymm2/mx, uimm8
      VEX.LIG.0F.WIG 2E /r         | VUCOMISS xmm1, xmm2/m32                         | w=oszapc a=r
      VEX.LIG.66.0F.WIG 2E /r      | VUCOMISD xmm1, xmm2/m64                         | w=oszapc a=r
      VEX.LIG.0F.WIG 2F /r         | VCOMISS xmm1, xmm2/m32                          | w=oszapc a=r
      VEX.LIG.66.0F.WIG 2F /r      | VCOMISD xmm1, xmm2/m64                          | w=oszapc a=r
      VEX.x.66.0F38.W0 0C /r       | VPERMILPS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 0D /r       | VPERMILPD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F3A.W0 04 /r ib    | VPERMILPS xymm1, xymm2/mx, uimm8
      VEX.x.66.0F3A.W0 05 /r ib    | VPERMILPD xymm1, xymm2/mx, uimm8
      VEX.256.66.0F3A.W0 06 /r ib  | VPERM2F128 ymm1, ymmV, ymm2/m256, uimm8
      VEX.x.66.0F38.W0 0E /r       | VTESTPS xymm1, xymm2/mx                         | w=oszapc a=r
      VEX.x.66.0F38.W0 0F /r       | VTESTPD xymm1, xymm2/mx                         | w=oszapc a=r
      VEX.x.66.0F3A.WIG 08 /r ib   | VROUNDPS xymm1, xymm2/mx, uimm8
      VEX.x.66.0F3A.WIG 09 /r ib   | VROUNDPD xymm1, xymm2/mx, uimm8
      VEX.LIG.66.0F3A.WIG 0A /r ib | VROUNDSS xmm1, xmmV, xmm2/m32, uimm8
      VEX.LIG.66.0F3A.WIG 0B /r ib | VROUNDSD xmm1, xmmV, xmm2/m64, uimm8
      VEX.x.66.0F3A.WIG 0C /r ib   | VBLENDPS xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F3A.WIG 0D /r ib   | VBLENDPD xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F3A.W0 4A /r /is4  | VBLENDVPS xymm1, xymmV, xymm2/mx, xymm4
      VEX.x.66.0F3A.W0 4B /r /is4  | VBLENDVPD xymm1, xymmV, xymm2/mx, xymm4
      VEX.x.66.0F3A.WIG 40 /r ib   | VDPPS xymm1, xymmV, xymm2/mx, uimm8
      VEX.128.66.0F3A.WIG 41 /r ib | VDPPD xmm1, xmmV, xmm2/m128, uimm8
      """;

  /** Conversions; those of half precision are F16C. */
  static final String CONVERSIONS =
      """
      [AVX native a=w]
      VEX.x.0F.WIG 5A /r           | VCVTPS2PD xymm1, xmm2/mx/2
      VEX.x.66.0F.WIG 5A /r        | VCVTPD2PS xmm1, xymm2/mx
      VEX.LIG.F3.0F.WIG 5A /r      | VCVTSS2SD xmm1, xmmV, xmm2/m32
      VEX.LIG.F2.0F.WIG 5A /r      | VCVTSD2SS xmm1, xmmV, xmm2/m64
      VEX.x.0F.WIG 5B /r           | VCVTDQ2PS xymm1, xymm2/mx
      VEX.x.66.0F.WIG 5B /r        | VCVTPS2DQ xymm1, xymm2/mx
      VEX.x.F3.0F.WIG 5B /r        | VCVTTPS2DQ xymm1, xymm2/mx
      VEX.x.F3.0F.WIG E6 /r        | VCVTDQ2PD xymm1, xmm2/mx/2
      VEX.x.F2.0F.WIG E6 /r        | VCVTPD2DQ xmm1, xymm2/mx
      VEX.x.66.0F.WIG E6 /r        | VCVTTPD2DQ xmm1, xymm2/mx
      VEX.LIG.F3.0F 2A /r          | VCVTSI2SS xmm1, xmmV, r/my
      VEX.LIG.F3.0F 2C /r          | VCVTTSS2SI ry, xmm2/m32
      VEX.LIG.F3.0F 2D /r          | VCVTSS2SI ry, xmm2/m32
      VEX.LIG.F2.0F 2A /r          | VCVTSI2SD xmm1, xmmV, r/my
      VEX.LIG.F2.0F 2C /r          | VCVTTSD2SI ry, xmm2/m64
      VEX.LIG.F2.0F 2D /r          | VCVTSD2SI ry, xmm2/m64
      [F16C native a=w]
      VEX.x.66.0F38.W0 13 /r       | VCVTPH2PS xymm1, xmm2/mx/2
      VEX.x.66.0F3A.W0 1D /r ib    | VCVTPS2PH xmm2/mx/2, xymm1, uimm8
      """;
}
