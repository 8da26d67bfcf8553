package jvisor.isa;

/** SSE3 to SSE4.2, AES-NI, PCLMULQDQ and SHA (SDM vol. 1, 5.7 to 5.12 and 5.21). */
final class LaterSimdRows {
  private LaterSimdRows() {}

  /** SSE3 and SSSE3. */
  static final String SSE3 =
      """
      [SSE3 native]
      66 0F D0 /r          | ADDSUBPD xmm1, xmm2/m128           | aligned
      F2 0F D0 /r          | ADDSUBPS xmm1, xmm2/m128           | aligned
      66 0F 7C /r          | HADDPD xmm1, xmm2/m128             | aligned
      F2 0F 7C /r          | HADDPS xmm1, xmm2/m128             | aligned
      66 0F 7D /r          | HSUBPD xmm1, xmm2/m128             | aligned
      F2 0F 7D /r          | HSUBPS xmm1, xmm2/m128             | aligned
      F2 0F F0 /r          | LDDQU xmm1, m128                   | a=w
      F2 0F 12 /r          | MOVDDUP xmm1, xmm2/m64             | a=w
      F3 0F 12 /r          | MOVSLDUP xmm1, xmm2/m128           | aligned a=w
      F3 0F 16 /r          | MOVSHDUP xmm1, xmm2/m128           | aligned a=w
      [SSSE3 native]
      NP 0F 38 00 /r       | PSHUFB mm1, mm2/m64
      66 0F 38 00 /r       | PSHUFB xmm1, xmm2/m128             | aligned
      NP 0F 38 01 /r       | PHADDW mm1, mm2/m64
      66 0F 38 01 /r       | PHADDW xmm1, xmm2/m128             | aligned
      NP 0F 38 02 /r       | PHADDD mm1, mm2/m64
      66 0F 38 02 /r       | PHADDD xmm1, xmm2/m128             | aligned
      NP 0F 38 03 /r       | PHADDSW mm1, mm2/m64
      66 0F 38 03 /r       | PHADDSW xmm1, xmm2/m128            | aligned
      NP 0F 38 04 /r       | PMADDUBSW mm1, mm2/m64
      66 0F 38 04 /r       | PMADDUBSW xmm1, xmm2/m128          | aligned
      NP 0F 38 05 /r       | PHSUBW mm1, mm2/m64
      66 0F 38 05 /r       | PHSUBW xmm1, xmm2/m128             | aligned
      NP 0F 38 06 /r       | PHSUBD mm1, mm2/m64
      66 0F 38 06 /r       | PHSUBD xmm1, xmm2/m128             | aligned
      NP 0F 38 07 /r       | PHSUBSW mm1, mm2/m64
      66 0F 38 07 /r       | PHSUBSW xmm1, xmm2/m128            | aligned
      NP 0F 38 08 /r       | PSIGNB mm1, mm2/m64
      66 0F 38 08 /r       | PSIGNB xmm1, xmm2/m128             | aligned
      NP 0F 38 09 /r       | PSIGNW mm1, mm2/m64
      66 0F 38 09 /r       | PSIGNW xmm1, xmm2/m128             | aligned
      NP 0F 38 0A /r       | PSIGND mm1, mm2/m64
      66 0F 38 0A /r       | PSIGND xmm1, xmm2/m128             | aligned
      NP 0F 38 0B /r       | PMULHRSW mm1, mm2/m64
      66 0F 38 0B /r       | PMULHRSW xmm1, xmm2/m128           | aligned
      NP 0F 38 1C /r       | PABSB mm1, mm2/m64                 | a=w
      66 0F 38 1C /r       | PABSB xmm1, xmm2/m128              | aligned a=w
      NP 0F 38 1D /r       | PABSW mm1, mm2/m64                 | a=w
      66 0F 38 1D /r       | PABSW xmm1, xmm2/m128              | aligned a=w
      NP 0F 38 1E /r       | PABSD mm1, mm2/m64                 | a=w
      66 0F 38 1E /r       | PABSD xmm1, xmm2/m128              | aligned a=w
      NP 0F 3A 0F /r ib    | PALIGNR mm1, mm2/m64, uimm8
      66 0F 3A 0F /r ib    | PALIGNR xmm1, xmm2/m128, uimm8     | aligned
      """;

  /** SSE4.1 and SSE4.2. */
  static final String SSE4 =
      """
      [SSE4_1 native]
      66 0F 38 10 /r       | PBLENDVB xmm1, xmm2/m128, XMM0     | aligned
      66 0F 38 14 /r       | BLENDVPS xmm1, xmm2/m128, XMM0     | aligned
      66 0F 38 15 /r       | BLENDVPD xmm1, xmm2/m128, XMM0     | aligned
      66 0F 38 17 /r       | PTEST xmm1, xmm2/m128              | aligned w=oszapc a=r
      66 0F 38 20 /r       | PMOVSXBW xmm1, xmm2/m64            | a=w
      66 0F 38 30 /r       | PMOVZXBW xmm1, xmm2/m64            | a=w
      66 0F 38 21 /r       | PMOVSXBD xmm1, xmm2/m32            | a=w
      66 0F 38 31 /r       | PMOVZXBD xmm1, xmm2/m32            | a=w
      66 0F 38 22 /r       | PMOVSXBQ xmm1, xmm2/m16            | a=w
      66 0F 38 32 /r       | PMOVZXBQ xmm1, xmm2/m16            | a=w
      66 0F 38 23 /r       | PMOVSXWD xmm1, xmm2/m64            | a=w
      66 0F 38 33 /r       | PMOVZXWD xmm1, xmm2/m64            | a=w
      66 0F 38 24 /r       | PMOVSXWQ xmm1, xmm2/m32            | a=w
      66 0F 38 34 /r       | PMOVZXWQ xmm1, xmm2/m32            | a=w
      66 0F 38 25 /r       | PMOVSXDQ xmm1, xmm2/m64            | a=w
      66 0F 38 35 /r       | PMOVZXDQ xmm1, xmm2/m64            | a=w
      66 0F 38 2A /r       | MOVNTDQA xmm1, m128                | aligned a=w
      66 0F 38 28 /r       | PMULDQ xmm1, xmm2/m128             | aligned
      66 0F 38 29 /r       | PCMPEQQ xmm1, xmm2/m128            | aligned
      66 0F 38 2B /r       | PACKUSDW xmm1, xmm2/m128           | aligned
      66 0F 38 38 /r       | PMINSB xmm1, xmm2/m128             | aligned
      66 0F 38 39 /r       | PMINSD xmm1, xmm2/m128             | aligned
      66 0F 38 3A /r       | PMINUW xmm1, xmm2/m128             | aligned
      66 0F 38 3B /r       | PMINUD xmm1, xmm2/m128             | aligned
      66 0F 38 3C /r       | PMAXSB xmm1, xmm2/m128             | aligned
      66 0F 38 3D /r       | PMAXSD xmm1, xmm2/m128             | aligned
      66 0F 38 3E /r       | PMAXUW xmm1, xmm2/m128             | aligned
      66 0F 38 3F /r       | PMAXUD xmm1, xmm2/m128             | aligned
      66 0F 38 40 /r       | PMULLD xmm1, xmm2/m128             | aligned
      66 0F 38 41 /r       | PHMINPOSUW xmm1, xmm2/m128         | aligned a=w
      66 0F 3A 08 /r ib    | ROUNDPS xmm1, xmm2/m128, uimm8     | aligned a=w
      66 0F 3A 09 /r ib    | ROUNDPD xmm1, xmm2/m128, uimm8     | aligned a=w
      66 0F 3A 0A /r ib    | ROUNDSS xmm1, xmm2/m32, uimm8
      66 0F 3A 0B /r ib    | ROUNDSD xmm1, xmm2/m64, uimm8
      66 0F 3A 0C /r ib    | BLENDPS xmm1, xmm2/m128, uimm8     | aligned
      66 0F 3A 0D /r ib    | BLENDPD xmm1, xmm2/m128, uimm8     | aligned
      66 0F 3A 0E /r ib    | PBLENDW xmm1, xmm2/m128, uimm8     | aligned
      66 0F 3A 21 /r ib    | INSERTPS xmm1, xmm2/m32, uimm8
      66 0F 3A 40 /r ib    | DPPS xmm1, xmm2/m128, uimm8        | aligned
      66 0F 3A 41 /r ib    | DPPD xmm1, xmm2/m128, uimm8        | aligned
      66 0F 3A 42 /r ib    | MPSADBW xmm1, xmm2/m128, uimm8     | aligned
      66 0F 3A 14 /r ib    | PEXTRB r32/m8, xmm1, uimm8         | a=w
      66 0F 3A 15 /r ib    | PEXTRW r32/m16, xmm1, uimm8        | a=w
      66 0F 3A 16 /r ib    | PEXTRD r/m32, xmm1, uimm8          | a=w
      66 REX.W 0F 3A 16 /r ib | PEXTRQ r/m64, xmm1, uimm8       | a=w
      66 0F 3A 17 /r ib    | EXTRACTPS r/m32, xmm1, uimm8       | a=w
      66 0F 3A 20 /r ib    | PINSRB xmm1, r32/m8, uimm8
      66 0F 3A 22 /r ib    | PINSRD xmm1, r/m32, uimm8
      66 REX.W 0F 3A 22 /r ib | PINSRQ xmm1, r/m64, uimm8
      [SSE4_2 native]
      66 0F 38 37 /r       | PCMPGTQ xmm1, xmm2/m128            | aligned
      66 0F 3A 60 /r ib    | PCMPESTRM xmm1, xmm2/m128, uimm8   | w=oszapc a=r uses=AX,DX sets=XMM0
      66 0F 3A 61 /r ib    | PCMPESTRI xmm1, xmm2/m128, uimm8   | w=oszapc a=r uses=AX,DX sets=CX
      66 0F 3A 62 /r ib    | PCMPISTRM xmm1, xmm2/m128, uimm8   | w=oszapc a=r sets=XMM0
      66 0F 3A 63 /r ib    | PCMPISTRI xmm1, xmm2/m128, uimm8   | w=oszapc a=r sets=CX
      """;

  /** AES-NI, PCLMULQDQ and SHA. */
  static final String CRYPTOGRAPHY =
      """
      [AES native]
      66 0F 38 DB /r       | AESIMC xmm1, xmm2/m128             | aligned a=w
      66 0F 38 DC /r       | AESENC xmm1, xmm2/m128             | aligned
      66 0F 38 DD /r       | AESENCLAST xmm1, xmm2/m128         | aligned
      66 0F 38 DE /r       | AESDEC xmm1, xmm2/m128             | aligned
      66 0F 38 DF /r       | AESDECLAST xmm1, xmm2/m128         | aligned
      66 0F 3A DF /r ib    | AESKEYGENASSIST xmm1, xmm2/m128, uimm8 | aligned a=w
      [PCLMULQDQ native]
      66 0F 3A 44 /r ib    | PCLMULQDQ xmm1, xmm2/m128, uimm8   | aligned
      [SHA native]
      NP 0F 3A CC /r ib    | SHA1RNDS4 xmm1, xmm2/m128, uimm8   | aligned
      NP 0F 38 C8 /r       | SHA1NEXTE xmm1, xmm2/m128          | aligned
      NP 0F 38 C9 /r       | SHA1MSG1 xmm1, xmm2/m128           | aligned
      NP 0F 38 CA /r       | SHA1MSG2 xmm1, xmm2/m128           | aligned
      NP 0F 38 CC /r       | SHA256MSG1 xmm1, xmm2/m128         | aligned
      NP 0F 38 CD /r       | SHA256MSG2 xmm1, xmm2/m128         | aligned
      NP 0F 38 CB /r       | SHA256RNDS2 xmm1, xmm2/m128, XMM0  | aligned
      """;
}
