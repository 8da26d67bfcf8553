package jvisor.cpu.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import jvisor.cpu.translator.TranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Vector and x87 registers that are the host's for a while. */
@ParameterizedClass
@MethodSource("options")
class HardStateCasesTest extends HardCases {
  HardStateCasesTest(TranslatorOptions options) {
    super(options);
  }

  /**
   * Vectors that stay in the host's registers over blocks, while instructions between them leave:
   * for a value across pages, for the x87, and because MXCSR is not as usual for some turns.
   */
  @Test
  void vectorsSurviveEveryWayInAndOutOfCode() {
    String text =
        """
          mov rax, cr4
          or eax, 0x40600
          mov cr4, rax
          xor ecx, ecx
          xor edx, edx
          mov eax, 7
          xsetbv
          mov dword ptr [0x5100], 0x1f80
          mov dword ptr [0x5104], 0x1d80
          mov dword ptr [0x5108], 0x7f80
          mov dword ptr [0x510c], 0x9f80
          mov ecx, 60
          movd xmm0, ecx
          pshufd xmm1, xmm0, 0
          cvtdq2ps xmm2, xmm1
          vpbroadcastd ymm4, xmm0
        again:
          mov eax, ecx
          and eax, 3
          ldmxcsr dword ptr [0x5100+rax*4]
          paddd xmm1, xmm0
          mulps xmm2, xmm2
          sqrtps xmm2, xmm2
          addps xmm2, xmm1
          vpaddd ymm4, ymm4, ymm1
          vpermq ymm5, ymm4, 0x4e
          movdqu xmmword ptr [0x5ff9], xmm1
          fld1
          fstp qword ptr [0x5200]
          addsd xmm3, qword ptr [0x5200]
          call function
          vmovdqu ymmword ptr [0x5300], ymm5
          movdqu xmm6, xmmword ptr [0x5ff5]
          pxor xmm7, xmm6
          movq rbx, xmm7
          stmxcsr dword ptr [0x5110]
          and dword ptr [0x5110], 0xffc0
          dec ecx
          jnz again
          hlt
        function:
          pmuludq xmm1, xmm2
          test cl, 4
          jz over
          movaps xmmword ptr [0x5400], xmm2
        over:
          ucomiss xmm2, xmm3
          ret
        """;
    for (int step : new int[] {1, 3, 7, 61, 5000}) {
      load(text);
      run(5000, step);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  /** What the x87 state goes through in the following, with handlers for #NM and #MF. */
  private static final String X87 =
      """
        mov rax, cr4
        or eax, 0x600
        mov cr4, rax
        mov word ptr [0x5100], 0x37f
        mov word ptr [0x5102], 0x27f
        mov word ptr [0x5104], 0xf7f
        mov word ptr [0x5106], 0x37b
        fninit
        fldpi
        fld1
        mov ecx, 60
      again:
        mov eax, ecx
        and eax, 3
        fldcw word ptr [0x5100+rax*2]
        fld st(1)
        fdiv st, st(1)
        fstp tbyte ptr [0x5ffb]
        fld tbyte ptr [0x5ffb]
        faddp st(1), st
        fldz
        fld1
        fdivrp st(1), st
        fstp qword ptr [0x5108]
        call function
        fcomi st, st(1)
        ja over
        fnstsw ax
        mov word ptr [0x5200], ax
        fxsave [0x5400]
      over:
        test cl, 8
        jz notmmx
        movd mm3, ecx
        paddb mm3, qword ptr [0x5108]
        movq qword ptr [0x5208], mm3
        cvtpi2ps xmm1, mm3
        movq2dq xmm2, mm3
        cvttps2pi mm4, xmm1
        emms
        fldpi
        fild dword ptr [0x5208]
      notmmx:
        test cl, 7
        jnz available
        mov rax, cr0
        or eax, 8
        mov cr0, rax
      available:
        fxam
        fnstcw word ptr [0x5204]
        fwait
        mov eax, ecx
        and eax, 1
        shl eax, 3
        or eax, 0xc1
        mov byte ptr [rip+written+1], al
      written:
        fadd st, st(1)
        dec ecx
        jnz again
        fnsave [0x5600]
        hlt
      function:
        fsin
        test cl, 4
        jz done
        fld1
        fxch st(1)
        fyl2x
        fbstp tbyte ptr [0x5300]
        fild word ptr [0x5300]
      done:
        ret
      """;

  /** The x87 state is in the host's over blocks, while much between them leaves. */
  @Test
  void theX87StateSurvivesEveryWayInAndOutOfCode() {
    for (int step : new int[] {1, 3, 7, 61, 5000}) {
      place(Twin.HANDLERS + 32 * 7, "clts\n iretq");
      place(Twin.HANDLERS + 32 * 16, "fnclex\n iretq");
      load(X87);
      run(5000, step);
      assertThat(reg(Rig.RCX)).isZero();
    }
  }

  /**
   * An exception that is unmasked while its flag is set comes with the next x87 instruction, as
   * does that of the next turn, which still is unmasked.
   */
  @Test
  void exceptionsThatAreUnmaskedLaterArePending() {
    place(Twin.HANDLERS + 32 * 16, "inc ebx\n fnclex\n iretq");
    load(
        """
          fninit
          mov word ptr [0x5100], 0x37b
          mov ecx, 40
        again:
          fld1
          fldz
          fdivp st(1), st
          mov dword ptr [0x5104], 0x37f
          test cl, 3
          jnz masked
          mov dword ptr [0x5104], 0x37b
        masked:
          fldcw word ptr [0x5104]
          mov eax, 5
          fstp qword ptr [0x5108]
          fnclex
          dec ecx
          jnz again
          hlt
        """);
    run(2000, 31);
    assertThat(reg(Rig.RCX)).isZero();
    assertThat(reg(Rig.RBX)).isEqualTo(20);
  }
}
