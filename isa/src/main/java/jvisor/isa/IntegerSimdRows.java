package jvisor.isa;

/** MMX instructions and the integer half of SSE and SSE2 (SDM vol. 1, 5.4, 5.5.3 and 5.6.3). */
final class IntegerSimdRows {
  private IntegerSimdRows() {}

  /** Operations on MMX registers. */
  static final String MMX =
      """
      [MMX native]
      NP 0F 77             | EMMS
      NP 0F 6E /r          | MOVD mm1, r/m32                    | a=w
      NP REX.W 0F 6E /r    | MOVQ mm1, r/m64                    | a=w
      NP 0F 7E /r          | MOVD r/m32, mm1                    | a=w
      NP REX.W 0F 7E /r    | MOVQ r/m64, mm1                    | a=w
      NP 0F 6F /r          | MOVQ mm1, mm2/m64                  | a=w
      NP 0F 7F /r          | MOVQ mm2/m64, mm1                  | a=w
      NP 0F 60 /r          | PUNPCKLBW mm1, mm2/m32
      NP 0F 61 /r          | PUNPCKLWD mm1, mm2/m32
      NP 0F 62 /r          | PUNPCKLDQ mm1, mm2/m32
      NP 0F 63 /r          | PACKSSWB mm1, mm2/m64
      NP 0F 64 /r          | PCMPGTB mm1, mm2/m64
      NP 0F 65 /r          | PCMPGTW mm1, mm2/m64
      NP 0F 66 /r          | PCMPGTD mm1, mm2/m64
      NP 0F 67 /r          | PACKUSWB mm1, mm2/m64
      NP 0F 68 /r          | PUNPCKHBW mm1, mm2/m64
      NP 0F 69 /r          | PUNPCKHWD mm1, mm2/m64
      NP 0F 6A /r          | PUNPCKHDQ mm1, mm2/m64
      NP 0F 6B /r          | PACKSSDW mm1, mm2/m64
      NP 0F 74 /r          | PCMPEQB mm1, mm2/m64
      NP 0F 75 /r          | PCMPEQW mm1, mm2/m64
      NP 0F 76 /r          | PCMPEQD mm1, mm2/m64
      NP 0F D1 /r          | PSRLW mm1, mm2/m64
      NP 0F D2 /r          | PSRLD mm1, mm2/m64
      NP 0F D3 /r          | PSRLQ mm1, mm2/m64
      NP 0F D5 /r          | PMULLW mm1, mm2/m64
      NP 0F D8 /r          | PSUBUSB mm1, mm2/m64
      NP 0F D9 /r          | PSUBUSW mm1, mm2/m64
      NP 0F DB /r          | PAND mm1, mm2/m64
      NP 0F DC /r          | PADDUSB mm1, mm2/m64
      NP 0F DD /r          | PADDUSW mm1, mm2/m64
      NP 0F DF /r          | PANDN mm1, mm2/m64
      NP 0F E1 /r          | PSRAW mm1, mm2/m64
      NP 0F E2 /r          | PSRAD mm1, mm2/m64
      NP 0F E5 /r          | PMULHW mm1, mm2/m64
      NP 0F E8 /r          | PSUBSB mm1, mm2/m64
      NP 0F E9 /r          | PSUBSW mm1, mm2/m64
      NP 0F EB /r          | POR mm1, mm2/m64
      NP 0F EC /r          | PADDSB mm1, mm2/m64
      NP 0F ED /r          | PADDSW mm1, mm2/m64
      NP 0F EF /r          | PXOR mm1, mm2/m64
      NP 0F F1 /r          | PSLLW mm1, mm2/m64
      NP 0F F2 /r          | PSLLD mm1, mm2/m64
      NP 0F F3 /r          | PSLLQ mm1, mm2/m64
      NP 0F F5 /r          | PMADDWD mm1, mm2/m64
      NP 0F F8 /r          | PSUBB mm1, mm2/m64
      NP 0F F9 /r          | PSUBW mm1, mm2/m64
      NP 0F FA /r          | PSUBD mm1, mm2/m64
      NP 0F FC /r          | PADDB mm1, mm2/m64
      NP 0F FD /r          | PADDW mm1, mm2/m64
      NP 0F FE /r          | PADDD mm1, mm2/m64
      NP 0F 71 /2 ib       | PSRLW mm2, uimm8
      NP 0F 71 /4 ib       | PSRAW mm2, uimm8
      NP 0F 71 /6 ib       | PSLLW mm2, uimm8
      NP 0F 72 /2 ib       | PSRLD mm2, uimm8
      NP 0F 72 /4 ib       | PSRAD mm2, uimm8
      NP 0F 72 /6 ib       | PSLLD mm2, uimm8
      NP 0F 73 /2 ib       | PSRLQ mm2, uimm8
      NP 0F 73 /6 ib       | PSLLQ mm2, uimm8
      [SSE native]
      NP 0F F7 /r          | MASKMOVQ mm1, mm2                  | exit a=r uses=DI
      NP 0F E7 /r          | MOVNTQ m64, mm1                    | a=w
      NP 0F C5 /r ib       | PEXTRW r32, mm2, uimm8             | a=w
      NP 0F C4 /r ib       | PINSRW mm1, r32/m16, uimm8
      NP 0F D7 /r          | PMOVMSKB r32, mm2                  | a=w
      NP 0F 70 /r ib       | PSHUFW mm1, mm2/m64, uimm8         | a=w
      NP 0F DA /r          | PMINUB mm1, mm2/m64
      NP 0F DE /r          | PMAXUB mm1, mm2/m64
      NP 0F E0 /r          | PAVGB mm1, mm2/m64
      NP 0F E3 /r          | PAVGW mm1, mm2/m64
      NP 0F E4 /r          | PMULHUW mm1, mm2/m64
      NP 0F EA /r          | PMINSW mm1, mm2/m64
      NP 0F EE /r          | PMAXSW mm1, mm2/m64
      NP 0F F6 /r          | PSADBW mm1, mm2/m64
      [SSE2 native]
      NP 0F D4 /r          | PADDQ mm1, mm2/m64
      NP 0F F4 /r          | PMULUDQ mm1, mm2/m64
      NP 0F FB /r          | PSUBQ mm1, mm2/m64
      """;

  /** Operations on XMM registers. */
  static final String XMM =
      """
      [SSE2 native]
      66 0F 6E /r          | MOVD xmm1, r/m32                   | a=w
      66 REX.W 0F 6E /r    | MOVQ xmm1, r/m64                   | a=w
      66 0F 7E /r          | MOVD r/m32, xmm1                   | a=w
      66 REX.W 0F 7E /r    | MOVQ r/m64, xmm1                   | a=w
      F3 0F 7E /r          | MOVQ xmm1, xmm2/m64                | a=w
      66 0F D6 /r          | MOVQ xmm2/m64, xmm1                | a=w
      66 0F 6F /r          | MOVDQA xmm1, xmm2/m128             | aligned a=w
      66 0F 7F /r          | MOVDQA xmm2/m128, xmm1             | aligned a=w
      F3 0F 6F /r          | MOVDQU xmm1, xmm2/m128             | a=w
      F3 0F 7F /r          | MOVDQU xmm2/m128, xmm1             | a=w
      66 0F E7 /r          | MOVNTDQ m128, xmm1                 | aligned a=w
      66 0F F7 /r          | MASKMOVDQU xmm1, xmm2              | exit a=r uses=DI
      F2 0F D6 /r          | MOVDQ2Q mm1, xmm2                  | a=w
      F3 0F D6 /r          | MOVQ2DQ xmm1, mm2                  | a=w
      66 0F C5 /r ib       | PEXTRW r32, xmm2, uimm8            | a=w
      66 0F C4 /r ib       | PINSRW xmm1, r32/m16, uimm8
      66 0F D7 /r          | PMOVMSKB r32, xmm2                 | a=w
      66 0F 70 /r ib       | PSHUFD xmm1, xmm2/m128, uimm8      | aligned a=w
      F3 0F 70 /r ib       | PSHUFHW xmm1, xmm2/m128, uimm8     | aligned a=w
      F2 0F 70 /r ib       | PSHUFLW xmm1, xmm2/m128, uimm8     | aligned a=w
      66 0F 6C /r          | PUNPCKLQDQ xmm1, xmm2/m128         | aligned
      66 0F 6D /r          | PUNPCKHQDQ xmm1, xmm2/m128         | aligned
      66 0F 73 /3 ib       | PSRLDQ xmm2, uimm8
      66 0F 73 /7 ib       | PSLLDQ xmm2, uimm8
      66 0F 71 /2 ib       | PSRLW xmm2, uimm8
      66 0F 71 /4 ib       | PSRAW xmm2, uimm8
      66 0F 71 /6 ib       | PSLLW xmm2, uimm8
      66 0F 72 /2 ib       | PSRLD xmm2, uimm8
      66 0F 72 /4 ib       | PSRAD xmm2, uimm8
      66 0F 72 /6 ib       | PSLLD xmm2, uimm8
      66 0F 73 /2 ib       | PSRLQ xmm2, uimm8
      66 0F 73 /6 ib       | PSLLQ xmm2, uimm8
      66 0F 60 /r          | PUNPCKLBW xmm1, xmm2/m128          | aligned
      66 0F 61 /r          | PUNPCKLWD xmm1, xmm2/m128          | aligned
      66 0F 62 /r          | PUNPCKLDQ xmm1, xmm2/m128          | aligned
      66 0F 63 /r          | PACKSSWB xmm1, xmm2/m128           | aligned
      66 0F 64 /r          | PCMPGTB xmm1, xmm2/m128            | aligned
      66 0F 65 /r          | PCMPGTW xmm1, xmm2/m128            | aligned
      66 0F 66 /r          | PCMPGTD xmm1, xmm2/m128            | aligned
      66 0F 67 /r          | PACKUSWB xmm1, xmm2/m128           | aligned
      66 0F 68 /r          | PUNPCKHBW xmm1, xmm2/m128          | aligned
      66 0F 69 /r          | PUNPCKHWD xmm1, xmm2/m128          | aligned
      66 0F 6A /r          | PUNPCKHDQ xmm1, xmm2/m128          | aligned
      66 0F 6B /r          | PACKSSDW xmm1, xmm2/m128           | aligned
      66 0F 74 /r          | PCMPEQB xmm1, xmm2/m128            | aligned
      66 0F 75 /r          | PCMPEQW xmm1, xmm2/m128            | aligned
      66 0F 76 /r          | PCMPEQD xmm1, xmm2/m128            | aligned
      66 0F D1 /r          | PSRLW xmm1, xmm2/m128              | aligned
      66 0F D2 /r          | PSRLD xmm1, xmm2/m128              | aligned
      66 0F D3 /r          | PSRLQ xmm1, xmm2/m128              | aligned
      66 0F D5 /r          | PMULLW xmm1, xmm2/m128             | aligned
      66 0F D8 /r          | PSUBUSB xmm1, xmm2/m128            | aligned
      66 0F D9 /r          | PSUBUSW xmm1, xmm2/m128            | aligned
      66 0F DB /r          | PAND xmm1, xmm2/m128               | aligned
      66 0F DC /r          | PADDUSB xmm1, xmm2/m128            | aligned
      66 0F DD /r          | PADDUSW xmm1, xmm2/m128            | aligned
      66 0F DF /r          | PANDN xmm1, xmm2/m128              | aligned
      66 0F E1 /r          | PSRAW xmm1, xmm2/m128              | aligned
      66 0F E2 /r          | PSRAD xmm1, xmm2/m128              | aligned
      66 0F E5 /r          | PMULHW xmm1, xmm2/m128             | aligned
      66 0F E8 /r          | PSUBSB xmm1, xmm2/m128             | aligned
      66 0F E9 /r          | PSUBSW xmm1, xmm2/m128             | aligned
      66 0F EB /r          | POR xmm1, xmm2/m128                | aligned
      66 0F EC /r          | PADDSB xmm1, xmm2/m128             | aligned
      66 0F ED /r          | PADDSW xmm1, xmm2/m128             | aligned
      66 0F EF /r          | PXOR xmm1, xmm2/m128               | aligned
      66 0F F1 /r          | PSLLW xmm1, xmm2/m128              | aligned
      66 0F F2 /r          | PSLLD xmm1, xmm2/m128              | aligned
      66 0F F3 /r          | PSLLQ xmm1, xmm2/m128              | aligned
      66 0F F5 /r          | PMADDWD xmm1, xmm2/m128            | aligned
      66 0F F8 /r          | PSUBB xmm1, xmm2/m128              | aligned
      66 0F F9 /r          | PSUBW xmm1, xmm2/m128              | aligned
      66 0F FA /r          | PSUBD xmm1, xmm2/m128              | aligned
      66 0F FC /r          | PADDB xmm1, xmm2/m128              | aligned
      66 0F FD /r          | PADDW xmm1, xmm2/m128              | aligned
      66 0F FE /r          | PADDD xmm1, xmm2/m128              | aligned
      66 0F DA /r          | PMINUB xmm1, xmm2/m128             | aligned
      66 0F DE /r          | PMAXUB xmm1, xmm2/m128             | aligned
      66 0F E0 /r          | PAVGB xmm1, xmm2/m128              | aligned
      66 0F E3 /r          | PAVGW xmm1, xmm2/m128              | aligned
      66 0F E4 /r          | PMULHUW xmm1, xmm2/m128            | aligned
      66 0F EA /r          | PMINSW xmm1, xmm2/m128             | aligned
      66 0F EE /r          | PMAXSW xmm1, xmm2/m128             | aligned
      66 0F F6 /r          | PSADBW xmm1, xmm2/m128             | aligned
      66 0F D4 /r          | PADDQ xmm1, xmm2/m128              | aligned
      66 0F F4 /r          | PMULUDQ xmm1, xmm2/m128            | aligned
      66 0F FB /r          | PSUBQ xmm1, xmm2/m128              | aligned
      """;
}
