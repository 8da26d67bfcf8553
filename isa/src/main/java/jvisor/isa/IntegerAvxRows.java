package jvisor.isa;

/** The integer half of AVX, all of AVX2, and cryptography (SDM vol. 1, 5.13 and 5.16). */
final class IntegerAvxRows {
  private IntegerAvxRows() {}

  /** What SSE has too: 128 bits are AVX, 256 bits AVX2. */
  static final String INTEGER =
      """
      [AVX/AVX2 native a=w]
      VEX.x.66.0F.WIG 60 /r        | VPUNPCKLBW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 61 /r        | VPUNPCKLWD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 62 /r        | VPUNPCKLDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 63 /r        | VPACKSSWB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 64 /r        | VPCMPGTB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 65 /r        | VPCMPGTW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 66 /r        | VPCMPGTD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 67 /r        | VPACKUSWB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 68 /r        | VPUNPCKHBW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 69 /r        | VPUNPCKHWD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 6A /r        | VPUNPCKHDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 6B /r        | VPACKSSDW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 6C /r        | VPUNPCKLQDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 6D /r        | VPUNPCKHQDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 74 /r        | VPCMPEQB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 75 /r        | VPCMPEQW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG 76 /r        | VPCMPEQD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D4 /r        | VPADDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D5 /r        | VPMULLW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D8 /r        | VPSUBUSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D9 /r        | VPSUBUSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DA /r        | VPMINUB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DB /r        | VPAND xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DC /r        | VPADDUSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DD /r        | VPADDUSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DE /r        | VPMAXUB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG DF /r        | VPANDN xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E0 /r        | VPAVGB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E3 /r        | VPAVGW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E4 /r        | VPMULHUW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E5 /r        | VPMULHW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E8 /r        | VPSUBSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG E9 /r        | VPSUBSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG EA /r        | VPMINSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG EB /r        | VPOR xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG EC /r        | VPADDSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG ED /r        | VPADDSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG EE /r        | VPMAXSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG EF /r        | VPXOR xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG F4 /r        | VPMULUDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG F5 /r        | VPMADDWD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG F6 /r        | VPSADBW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG F8 /r        | VPSUBB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG F9 /r        | VPSUBW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG FA /r        | VPSUBD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG FB /r        | VPSUBQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG FC /r        | VPADDB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG FD /r        | VPADDW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG FE /r        | VPADDD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F.WIG D1 /r        | VPSRLW xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG D2 /r        | VPSRLD xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG D3 /r        | VPSRLQ xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG E1 /r        | VPSRAW xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG E2 /r        | VPSRAD xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG F1 /r        | VPSLLW xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG F2 /r        | VPSLLD xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG F3 /r        | VPSLLQ xymm1, xymmV, xmm2/m128
      VEX.x.66.0F.WIG 71 /2 ib     | VPSRLW xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 71 /4 ib     | VPSRAW xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 71 /6 ib     | VPSLLW xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 72 /2 ib     | VPSRLD xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 72 /4 ib     | VPSRAD xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 72 /6 ib     | VPSLLD xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 73 /2 ib     | VPSRLQ xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 73 /3 ib     | VPSRLDQ xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 73 /6 ib     | VPSLLQ xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 73 /7 ib     | VPSLLDQ xymmV, xymm2, uimm8
      VEX.x.66.0F.WIG 70 /r ib     | VPSHUFD xymm1, xymm2/mx, uimm8
      VEX.x.F3.0F.WIG 70 /r ib     | VPSHUFHW xymm1, xymm2/mx, uimm8
      VEX.x.F2.0F.WIG 70 /r ib     | VPSHUFLW xymm1, xymm2/mx, uimm8
      VEX.x.66.0F.WIG D7 /r        | VPMOVMSKB r32, xymm2
      VEX.x.66.0F38.WIG 00 /r      | VPSHUFB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 01 /r      | VPHADDW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 02 /r      | VPHADDD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 03 /r      | VPHADDSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 04 /r      | VPMADDUBSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 05 /r      | VPHSUBW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 06 /r      | VPHSUBD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 07 /r      | VPHSUBSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 08 /r      | VPSIGNB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 09 /r      | VPSIGNW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 0A /r      | VPSIGND xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 0B /r      | VPMULHRSW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 28 /r      | VPMULDQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 29 /r      | VPCMPEQQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 2B /r      | VPACKUSDW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 37 /r      | VPCMPGTQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 38 /r      | VPMINSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 39 /r      | VPMINSD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3A /r      | VPMINUW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3B /r      | VPMINUD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3C /r      | VPMAXSB xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3D /r      | VPMAXSD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3E /r      | VPMAXUW xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 3F /r      | VPMAXUD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 40 /r      | VPMULLD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG 1C /r      | VPABSB xymm1, xymm2/mx
      VEX.x.66.0F38.WIG 1D /r      | VPABSW xymm1, xymm2/mx
      VEX.x.66.0F38.WIG 1E /r      | VPABSD xymm1, xymm2/mx
      VEX.x.66.0F38.WIG 20 /r      | VPMOVSXBW xymm1, xmm2/mx/2
      VEX.x.66.0F38.WIG 30 /r      | VPMOVZXBW xymm1, xmm2/mx/2
      VEX.x.66.0F38.WIG 21 /r      | VPMOVSXBD xymm1, xmm2/mx/4
      VEX.x.66.0F38.WIG 31 /r      | VPMOVZXBD xymm1, xmm2/mx/4
      VEX.x.66.0F38.WIG 22 /r      | VPMOVSXBQ xymm1, xmm2/mx/8
      VEX.x.66.0F38.WIG 32 /r      | VPMOVZXBQ xymm1, xmm2/mx/8
      VEX.x.66.0F38.WIG 23 /r      | VPMOVSXWD xymm1, xmm2/mx/2
      VEX.x.66.0F38.WIG 33 /r      | VPMOVZXWD xymm1, xmm2/mx/2
      VEX.x.66.0F38.WIG 24 /r      | VPMOVSXWQ xymm1, xmm2/mx/4
      VEX.x.66.0F38.WIG 34 /r      | VPMOVZXWQ xymm1, xmm2/mx/4
      VEX.x.66.0F38.WIG 25 /r      | VPMOVSXDQ xymm1, xmm2/mx/2
      VEX.x.66.0F38.WIG 35 /r      | VPMOVZXDQ xymm1, xmm2/mx/2
      VEX.x.66.0F3A.WIG 0E /r ib   | VPBLENDW xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F3A.WIG 0F /r ib   | VPALIGNR xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F3A.WIG 42 /r ib   | VMPSADBW xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F3A.W0 4C /r /is4  | VPBLENDVB xymm1, xymmV, xymm2/mx, xymm4
      [AVX native a=w]
      VEX.x.66.0F38.WIG 17 /r      | VPTEST xymm1, xymm2/mx                          | w=oszapc a=r
      VEX.128.66.0F38.WIG 41 /r    | VPHMINPOSUW xmm1, xmm2/m128
      VEX.128.66.0F.WIG C4 /r ib   | VPINSRW xmm1, xmmV, r32/m16, uimm8
      VEX.128.66.0F.WIG C5 /r ib   | VPEXTRW r32, xmm2, uimm8
      VEX.128.66.0F3A.WIG 14 /r ib | VPEXTRB r32/m8, xmm1, uimm8
      VEX.128.66.0F3A.WIG 15 /r ib | VPEXTRW r32/m16, xmm1, uimm8
      VEX.128.66.0F3A.W0 16 /r ib  | VPEXTRD r/m32, xmm1, uimm8
      VEX.128.66.0F3A.W1 16 /r ib  | VPEXTRQ r/m64, xmm1, uimm8                      | o64
      VEX.128.66.0F3A.WIG 20 /r ib | VPINSRB xmm1, xmmV, r32/m8, uimm8
      VEX.128.66.0F3A.W0 22 /r ib  | VPINSRD xmm1, xmmV, r/m32, uimm8
      VEX.128.66.0F3A.W1 22 /r ib  | VPINSRQ xmm1, xmmV, r/m64, uimm8                | o64
      [AVX native a=r w=oszapc]
      VEX.128.66.0F3A 60 /r ib     | VPCMPESTRM xmm1, xmm2/m128, uimm8               | uses=AX,DX sets=XMM0
      VEX.128.66.0F3A 61 /r ib     | VPCMPESTRI xmm1, xmm2/m128, uimm8               | uses=AX,DX sets=CX
      VEX.128.66.0F3A.WIG 62 /r ib | VPCMPISTRM xmm1, xmm2/m128, uimm8               | sets=XMM0
      VEX.128.66.0F3A.WIG 63 /r ib | VPCMPISTRI xmm1, xmm2/m128, uimm8               | sets=CX
      """;

  /** What came with AVX2 only. */
  static final String AVX2 =
      """
      [AVX2 native a=w]
      VEX.x.66.0F38.W0 18 /r       | VBROADCASTSS xymm1, xmm2
      VEX.256.66.0F38.W0 19 /r     | VBROADCASTSD ymm1, xmm2
      VEX.256.66.0F38.W0 5A /r     | VBROADCASTI128 ymm1, m128
      VEX.x.66.0F38.W0 78 /r       | VPBROADCASTB xymm1, xmm2/m8
      VEX.x.66.0F38.W0 79 /r       | VPBROADCASTW xymm1, xmm2/m16
      VEX.x.66.0F38.W0 58 /r       | VPBROADCASTD xymm1, xmm2/m32
      VEX.x.66.0F38.W0 59 /r       | VPBROADCASTQ xymm1, xmm2/m64
      VEX.256.66.0F38.W0 16 /r     | VPERMPS ymm1, ymmV, ymm2/m256
      VEX.256.66.0F38.W0 36 /r     | VPERMD ymm1, ymmV, ymm2/m256
      VEX.256.66.0F3A.W1 00 /r ib  | VPERMQ ymm1, ymm2/m256, uimm8
      VEX.256.66.0F3A.W1 01 /r ib  | VPERMPD ymm1, ymm2/m256, uimm8
      VEX.256.66.0F3A.W0 46 /r ib  | VPERM2I128 ymm1, ymmV, ymm2/m256, uimm8
      VEX.256.66.0F3A.W0 38 /r ib  | VINSERTI128 ymm1, ymmV, xmm2/m128, uimm8
      VEX.256.66.0F3A.W0 39 /r ib  | VEXTRACTI128 xmm2/m128, ymm1, uimm8
      VEX.x.66.0F3A.W0 02 /r ib    | VPBLENDD xymm1, xymmV, xymm2/mx, uimm8
      VEX.x.66.0F38.W0 45 /r       | VPSRLVD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 45 /r       | VPSRLVQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 46 /r       | VPSRAVD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 47 /r       | VPSLLVD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 47 /r       | VPSLLVQ xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 8C /r       | VPMASKMOVD xymm1, xymmV, mx                     | exit
      VEX.x.66.0F38.W0 8E /r       | VPMASKMOVD mx, xymmV, xymm1                     | exit
      VEX.x.66.0F38.W1 8C /r       | VPMASKMOVQ xymm1, xymmV, mx                     | exit
      VEX.x.66.0F38.W1 8E /r       | VPMASKMOVQ mx, xymmV, xymm1                     | exit
      VEX.128.66.0F38.W0 90 /r     | VPGATHERDD xmm1, vm32x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W0 90 /r     | VPGATHERDD ymm1, vm32y, ymmV                    | exit a=mrm
      VEX.128.66.0F38.W0 91 /r     | VPGATHERQD xmm1, vm64x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W0 91 /r     | VPGATHERQD xmm1, vm64y, xmmV                    | exit a=mrm
      VEX.128.66.0F38.W1 90 /r     | VPGATHERDQ xmm1, vm32x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W1 90 /r     | VPGATHERDQ ymm1, vm32x, ymmV                    | exit a=mrm
      VEX.128.66.0F38.W1 91 /r     | VPGATHERQQ xmm1, vm64x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W1 91 /r     | VPGATHERQQ ymm1, vm64y, ymmV                    | exit a=mrm
      VEX.128.66.0F38.W0 92 /r     | VGATHERDPS xmm1, vm32x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W0 92 /r     | VGATHERDPS ymm1, vm32y, ymmV                    | exit a=mrm
      VEX.128.66.0F38.W0 93 /r     | VGATHERQPS xmm1, vm64x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W0 93 /r     | VGATHERQPS xmm1, vm64y, xmmV                    | exit a=mrm
      VEX.128.66.0F38.W1 92 /r     | VGATHERDPD xmm1, vm32x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W1 92 /r     | VGATHERDPD ymm1, vm32x, ymmV                    | exit a=mrm
      VEX.128.66.0F38.W1 93 /r     | VGATHERQPD xmm1, vm64x, xmmV                    | exit a=mrm
      VEX.256.66.0F38.W1 93 /r     | VGATHERQPD ymm1, vm64y, ymmV                    | exit a=mrm
      """;

  /** AES and carry-less multiplication. */
  static final String CRYPTOGRAPHY =
      """
      [AES_AVX/VAES native a=w]
      VEX.x.66.0F38.WIG DC /r      | VAESENC xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG DD /r      | VAESENCLAST xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG DE /r      | VAESDEC xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.WIG DF /r      | VAESDECLAST xymm1, xymmV, xymm2/mx
      [AES_AVX native a=w]
      VEX.128.66.0F38.WIG DB /r    | VAESIMC xmm1, xmm2/m128
      VEX.128.66.0F3A.WIG DF /r ib | VAESKEYGENASSIST xmm1, xmm2/m128, uimm8
      [PCLMULQDQ_AVX/VPCLMULQDQ native a=w]
      VEX.x.66.0F3A.WIG 44 /r ib   | VPCLMULQDQ xymm1, xymmV, xymm2/mx, uimm8
      """;
}
